using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using RebaseBatch.Platform.Postgres.Embedded;
using Xunit;

namespace RebaseBatch.Tests.Faults;

public sealed class KilledDemoTests(ITestOutputHelper output)
{
    const int Kills = 5, ProblemsPerJob = 14;

    [Fact]
    public async Task A_demo_killed_five_times_at_random_moments_loses_and_repeats_nothing()
    {
        using var folder = new TemporaryFolder();
        // The test joins the demo's own server: so the server outlives the kills, and the test can read the tables between them.
        await using var server =
            await EmbeddedPostgres.StartAsync(new() { DataDirectory = folder.Path, Durable = false }, NullLogger.Instance, default);
        await using var db = NpgsqlDataSource.Create(server.ConnectionString);
        var ledger = new Ledger(db);
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);

        IReadOnlyList<Ledger.StoredStep> stored = [];
        for (var kill = 0; kill < Kills; kill++)
        {
            await using var demo = Demo(folder.Path);
            await demo.SaysAsync("data folder");
            // The moments are random in progress, not in time; otherwise a slow machine would kill the demo before it has begun.
            var progress = stored.Count + (kill == 0 ? 0 : random.Next(1, 150));
            await Eventually.TrueAsync(async () => demo.HasExited || await ledger.CountAsync("SELECT count(*) FROM nodes") >= progress);
            await Task.Delay(random.Next(200));
            Assert.False(demo.HasExited, $"the demo was over before it could be killed for the {kill + 1}. time:\n{demo.Stderr}");
            demo.Kill();
            await demo.ExitAsync();

            var now = await ledger.StepsAsync();
            Assert.Equal(stored, now.Where(step => stored.Any(s => (s.ProblemId, s.No) == (step.ProblemId, step.No))));
            output.WriteLine($"kill {kill + 1}: {now.Count} steps stored, {now.Count - stored.Count} of them since the last");
            stored = now;
        }

        await using var last = Demo(folder.Path);
        Assert.Equal(0, await last.ExitAsync());
        Assert.Contains("accuracy by vote", last.Output, StringComparison.Ordinal);

        var kept = (await ledger.StepsAsync()).ToDictionary(step => (step.ProblemId, step.No));
        Assert.All(stored, step => Assert.Equal(step, kept[(step.ProblemId, step.No)]));
        Assert.Equal(2, await ledger.CountAsync("SELECT count(*) FROM jobs WHERE state = 'completed'"));
        await ledger.AssertWholeAsync(2 * ProblemsPerJob, Path.Combine(folder.Path, "results"));
        // Otherwise no kill hit a search under way, and the test showed nothing.
        Assert.True(
            await ledger.CountAsync(
                "SELECT count(*) FROM (SELECT problem_id FROM nodes GROUP BY 1 HAVING count(DISTINCT lease_epoch) > 1) resumed") > 0);
    }

    static RebaseProcess Demo(string data) => RebaseProcess.Start(
        ["demo", "--data", data, "--limit", $"{ProblemsPerJob}", "--width", "16", .. RebaseProcess.Settings(
        [
            "Worker:LeaseSeconds=2", "Worker:RenewSeconds=0.2", "Worker:CheckpointMilliseconds=50", "Inference:PolicyThreads=1",
            "Inference:RewardThreads=1",
        ])]);
}
