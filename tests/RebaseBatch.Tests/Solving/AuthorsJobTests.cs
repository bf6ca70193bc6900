using RebaseBatch.Contracts;
using RebaseBatch.Durable.Results;
using Xunit;

namespace RebaseBatch.Tests.Solving;

/// <summary>A job of the authors' preset on the bundled models, through a real worker.</summary>
public sealed class AuthorsJobTests(PostgresServer server) : WorkerTest(server)
{
    [Fact]
    public async Task A_job_of_the_authors_preset_is_searched_judged_and_graded_anew_by_their_rules()
    {
        await using var worker = await WorkerInProcess.StartAsync(Database, Folder.Path);
        var spec = JobSpec.DefaultsOf(Preset.Authors) with
        {
            Policy = "tiny-math-policy-s",
            Reward = "tiny-math-prm",
            Width = 8,
            MaxStepTokens = 30,
            BatchSize = 4,
        };
        var job = await SolvedAsync(spec, 6);

        Assert.Equal(6,
            await Ledger.CountAsync(
                "SELECT count(*) FROM answers WHERE grader_version = 'authors-1' AND answer IS NOT NULL AND "
                    + "jsonb_array_length(votes) = 9"));
        Assert.True(await Ledger.CountAsync("SELECT count(*) FROM answers WHERE correct") > 0);
        // The short step limit cuts some off: they are unscored and dropped, and their tokens are counted (AssertWhole).
        Assert.True(await Ledger.CountAsync("SELECT count(*) FROM nodes WHERE state = 3 AND score IS NULL AND sampled > 0") > 0);
        Assert.Equal(0, await Ledger.CountAsync("SELECT count(*) FROM nodes WHERE (state = 3) <> (score IS NULL)"));
        Assert.Equal(0,
            await Ledger.CountAsync(
                "SELECT count(*) FROM nodes c JOIN nodes p ON p.problem_id = c.problem_id AND p.no = c.parent_no WHERE p.state <> 0"));
        // A step ends where the next one's name begins, so that its line break is its own and the name the next one's.
        Assert.Equal(0, await Ledger.CountAsync("SELECT count(*) FROM nodes WHERE text LIKE '%Step ' || (depth + 1) || '%'"));
        Assert.True(await Ledger.CountAsync("SELECT count(*) FROM nodes WHERE depth = 2 AND text LIKE '%Step 2:%'") > 0);
        Assert.Equal(0, await Ledger.CountAsync("SELECT count(*) FROM nodes WHERE state = 1 AND text NOT LIKE '%The answer is%'"));

        var right = await Ledger.SpoilVerdictsAsync();
        var outcome = await new Regrading(Database.DataSource).RunAsync(job, default);
        Assert.Equal(("authors-1", 6, (int)right), (outcome!.GraderVersion, outcome.Problems, outcome.NowRight));
        Assert.Equal(right, await Ledger.CountAsync("SELECT count(*) FROM answers WHERE correct AND grader_version = 'authors-1'"));
    }
}
