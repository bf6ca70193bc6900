using System.Text.Json;
using Xunit;

namespace RebaseBatch.Tests.Platform.Telemetry;

/// <summary>What a real worker writes to stderr with <c>--log json</c>.</summary>
public sealed class JsonLogTests(PostgresServer server) : WorkerTest(server)
{
    [Fact]
    public async Task Every_line_is_JSON_and_names_what_it_belongs_to()
    {
        await using var worker = Start(Database.ConnectionString);
        // This problem can't be solved: a prompt that is too long for the context fails its problem, and no other.
        var problems = await Problems.TakeAsync(2);
        var job = await Jobs.EnqueueAsync(Problems.Job(width: 2),
            [problems[0], problems[1] with { Question = string.Join(' ', Enumerable.Repeat("1 + 1", 5000)) }], default);
        Assert.Equal(1, (await Ledger.EndedAsync(job)).Failed);
        worker.Signal(Signals.Terminate);
        Assert.Equal(0, await worker.ExitAsync());

        var lines = Lines(worker);
        Assert.All(lines, line => Assert.Equal("json-test", line.GetProperty("worker_id").GetString()));
        Assert.All(lines,
            line => Assert.True(line.GetProperty("timestamp").GetDateTimeOffset() > DateTimeOffset.UnixEpoch
                && line.GetProperty("message").GetString() != ""));
        Assert.Contains(lines, line => line.GetProperty("message").GetString() == "the worker has stopped");
        Fields(job)(Assert.Single(lines, OfEvent(120)));
        Fields(job)(Assert.Single(lines, OfEvent(121)));

        var failed = Assert.Single(lines, OfEvent(122));
        Fields(job)(failed);
        Assert.Equal(("warning", "ProblemFailed", "RebaseBatch.Solving.ProblemSolver"),
            (Text(failed, "level"), Text(failed, "event"), Text(failed, "category")));
        Assert.Equal(problems[1].CustomId, Text(failed, "custom_id"));
        Assert.Equal(await Ledger.CountAsync("SELECT problem_id FROM answers WHERE error IS NOT NULL"),
            failed.GetProperty("problem_id").GetInt64());
        Assert.DoesNotContain(lines, line => line.TryGetProperty("problem_id", out _) && !OfEvent(122)(line));
    }

    [Fact]
    public async Task An_entry_leads_to_its_span()
    {
        await using var collector = await Collector.StartAsync();
        await using var worker =
            RebaseProcess.Start(Collector.Variables(collector.Endpoint),
                [.. RebaseProcess.WorkerArguments(Database.ConnectionString, Folder.Path), "--log", "json"]);
        await Ledger.EndedAsync(await Jobs.EnqueueAsync(Problems.Job(width: 2), await Problems.TakeAsync(1), default));
        worker.Signal(Signals.Terminate);
        Assert.Equal(0, await worker.ExitAsync());
        var batch = Assert.Single(collector.Spans, span => span.Name == "batch");
        Assert.Equal(batch.Id, Text(Assert.Single(Lines(worker), OfEvent(121)), "span_id"), ignoreCase: true);
    }

    [Fact]
    public async Task Why_a_run_ends_is_a_line_too()
    {
        await using var worker =
            RebaseProcess.Start("worker", "run", "--data", Folder.Path, "--log", "json", "--database",
                "Host=127.0.0.1;Port=1;Username=nobody;Password=x;Database=nothing",
            "--set", "Rebase:Worker:Id=json-test", "--set", "Rebase:Http:Port=8080", "--set", "Rebase:Http:Address=203.0.113.1");
        Assert.NotEqual(0, await worker.ExitAsync());
        var last = Lines(worker)[^1];
        Assert.Equal((1001, "critical"), (last.GetProperty("event_id").GetInt32(), Text(last, "level")));
        Assert.Contains("203.0.113.1", Text(last, "message"), StringComparison.Ordinal);
    }

    RebaseProcess Start(string database) =>
        RebaseProcess.Start([.. RebaseProcess.WorkerArguments(database, Folder.Path, "Worker:Id=json-test"), "--log", "json"]);

    static List<JsonElement> Lines(RebaseProcess worker) =>
        [.. worker.Stderr.Split('\n').Select(line => JsonDocument.Parse(line).RootElement)];

    static Predicate<JsonElement> OfEvent(int id) => line => line.GetProperty("event_id").GetInt32() == id;

    static string? Text(JsonElement line, string field) => line.GetProperty(field).GetString();

    /// <summary>The batch's fields, which no other batch of the database shares.</summary>
    static Action<JsonElement> Fields(long job) => line => Assert.Equal((job, 1, 1L, 1L, 1),
        (line.GetProperty("job_id").GetInt64(), line.GetProperty("batch_no").GetInt32(), line.GetProperty("batch_id").GetInt64(),
            line.GetProperty("lease_epoch").GetInt64(), line.GetProperty("attempt").GetInt32()));
}
