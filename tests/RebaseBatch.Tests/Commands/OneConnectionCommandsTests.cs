using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Commands;

/// <summary>No command opens a connection while it holds another one.</summary>
public sealed class OneConnectionCommandsTests(PostgresServer server)
{
    [Fact]
    public async Task Every_command_gets_along_with_one_connection()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var job = await bench.EnqueueAsync(6);
        await bench.AnswerAllAsync(problem => problem.Ordinal < 3 ? problem.Spec.GoldAnswer : problem.Ordinal < 5 ? "wrong" : null);
        bench.Folder.Write("night.yaml", """
            datasets: set.jsonl
            policies: [tiny-math-policy-s]
            rewards: [tiny-math-prm]
            strategies:
              - strategy: rebase
                widths: [2, 4]
            """);
        foreach (var command in (string[])
        [
            "jobs enqueue --sweep night.yaml --dry-run", "jobs enqueue --sweep night.yaml", "jobs list", $"jobs show {job}",
            "jobs cancel 2", "jobs retry 2", $"results show {job}", $"results show {job} --format csv", "results query SELECT+1",
            $"results export {job} --view candidates", $"results export {job} --format eee -o out",
            $"results export {job} --format inspect -o out", $"results regrade {job}", "report -o page.html", "recommend --budget 1e15",
            "db verify", "db verify --repair", "db size --jobs", "db migrate", "db prune --keep 90d --nodes-only",
            "schedules add nightly --cron 0+1+*+*+* --sweep night.yaml --baseline 1", "schedules list", "schedules check",
            "schedules gate nightly", "schedules power", "schedules run-now nightly",
            "schedules remove nightly", $"jobs cancel {job}", $"jobs delete {job}",
        ])
        {
            var run = await bench.RunAsync(
                [.. command.Split(' ').Select(word => word.Replace('+', ' ')), "--set", "Rebase:Database:MaxConnections=1"]);
            Assert.DoesNotContain("The connection pool has been exhausted", run.Error, StringComparison.Ordinal);
            Assert.True(run.Code is ExitCode.Ok or ExitCode.Incomplete or ExitCode.Stale, $"{command}: {run.Code} {run.Error}");
        }
    }
}
