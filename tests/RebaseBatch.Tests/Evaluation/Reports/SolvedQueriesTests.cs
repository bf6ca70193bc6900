using RebaseBatch.Core.Searching;
using RebaseBatch.Evaluation.Reports;
using RebaseBatch.Evaluation.Reports.ModelQuality;
using Xunit;

namespace RebaseBatch.Tests.Evaluation.Reports;

public sealed class SolvedQueriesTests(PostgresServer server) : StoreTest(server)
{
    SolvedQueries Solved => new(Database.DataSource);

    /// <summary>Three problems with steps; the gold answers of 0 and 2 are 0 and 4, and 1 has none.</summary>
    async Task<MeasuredJob> SolvedAsync()
    {
        var job = await Jobs.EnqueueAsync(Spec with { BatchSize = 100 }, [.. Enumerable.Range(0, 3).Select(Problem)], Ct);
        var lease = await ClaimOneAsync();
        var pending = await Problems.LoadPendingAsync(lease, Ct);
        foreach (var problem in pending)
        {
            await StoreAsync(lease, problem.ProblemId, Node(1),
                Node(2, 1, null, "") with { Depth = 2, State = NodeState.Finished, Score = 0.75 },
                Node(3, 1, null, "") with { Depth = 2, State = NodeState.Finished, Score = 0.25 });
        }

        Assert.True(await Results.CompleteAsync(lease, [.. pending.Select(problem => Result(lease, problem))], Ct));
        await ExecuteAsync("""
            UPDATE answers SET candidates = '[{"node": 2, "answer": "4.0", "text": "t", "step_scores": [0.5, 0.75]},
                {"node": 3, "answer": "7", "text": "t", "step_scores": [0.5, 0.25]},
                {"node": 4, "answer": null, "text": "", "step_scores": []}]'
            """);
        return (await new ReportQueries(Database.DataSource).JobAsync(job, Ct))!;
    }

    async Task<List<SolvedProblem>> ReadAsync(MeasuredJob job, bool withSteps) =>
        [.. (await Solved.ReadAsync(job, withSteps, Ct).ToListAsync(Ct)).OrderBy(problem => problem.Place)];

    [Fact]
    public async Task Solutions_are_graded_and_steps_come_with_their_parents_at_the_place_of_the_measured_problem()
    {
        var job = await SolvedAsync();

        var read = await ReadAsync(job, withSteps: true);

        Assert.Equal([0, 1], read.Select(problem => problem.Place));
        Assert.Equal(["q-0", "q-2"], job.Problems.Select(problem => problem.QuestionId));
        Assert.Empty(read[0].RightNodes); // 4.0 is not 0
        Assert.Equal([2], read[1].RightNodes); // 4.0 is 4
        Assert.Equal([2, 3, 4], read[1].Candidates.Select(candidate => candidate.Node));
        Assert.Equal([0.5, 0.25], read[1].Candidates[1].StepScores);
        Assert.Equal([new(1, 0, 1, 0.5), new(2, 1, 2, 0.75), new(3, 1, 2, 0.25)], read[1].Steps);
        Assert.All(await ReadAsync(job, withSteps: false), problem => Assert.Empty(problem.Steps));
    }

    [Fact]
    public async Task Failed_problems_and_those_of_a_cancelled_job_have_no_solutions()
    {
        var job = await EnqueueAsync(4); // in batches of two; 0 and 2 have a gold answer
        Assert.True(await CompleteAsync(await ClaimOneAsync(), error: "gave up"));

        var read = await ReadAsync((await new ReportQueries(Database.DataSource).JobAsync(job, Ct))!, withSteps: true);

        Assert.All(read, problem => Assert.Equal((true, 0, 0), (problem.Failed, problem.Candidates.Count, problem.Steps.Count)));
        Assert.Equal(2, read.Count);
    }

    [Fact]
    public async Task A_report_gets_what_the_policy_could_and_what_the_scores_were_worth()
    {
        var job = await SolvedAsync();
        var evaluation = MeasuredDataset.Of([job])[0];

        var (chances, calibrations) = await ModelQualityReader.ReadAsync(Database.DataSource, evaluation, Ct);

        var chance = Assert.Single(chances);
        Assert.Equal((1, 0.5), (chance.Right, chance.AnyRight.Value));
        var calibration = Assert.Single(calibrations);
        Assert.Equal((job.JobId, "tiny-prm", 4L, 6L),
            (calibration.JobId, calibration.Reward, calibration.Solutions.Cases, calibration.Steps.Cases));
        // Only problem 2 has a right and a wrong solution: at depth 2 the right one has the higher score.
        Assert.Equal((2, 1, 1.0), (calibration.Rankings[1].Depth!.Value, calibration.Rankings[1].Problems,
            calibration.Rankings[1].WithinProblem!.Value.Value));
    }
}
