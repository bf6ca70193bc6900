using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RebaseBatch.Platform.Telemetry;
using Xunit;

namespace RebaseBatch.Tests.Platform.Telemetry;

/// <summary>Real workers that send to a collector, or to one that is away.</summary>
public sealed class OtlpExportTests(PostgresServer server) : WorkerTest(server)
{
    /// <summary>What every worker measures, with or without work.</summary>
    static readonly string[] s_always =
    [
        "rebasebatch.batches.active", "rebasebatch.outbox.due", "rebasebatch.queue.depth", "rebasebatch.queue.oldest_age",
        "rebasebatch.queue.unserved", "rebasebatch.search.steps", "rebasebatch.search.tokens", "rebasebatch.searches.active",
    ];

    [Fact]
    public async Task A_worker_that_solves_a_job_sends_its_metrics_and_spans()
    {
        await using var collector = await Collector.StartAsync();
        await using var worker = Start(Collector.Variables(collector.Endpoint), "Worker:Id=otlp-test", "Worker:RenewSeconds=0.05");
        var problems = await Problems.TakeAsync(4);
        var job = await Jobs.EnqueueAsync(Problems.Job(width: 4, batchSize: 2), problems, default);
        await Ledger.EndedAsync(job);
        await Eventually.TrueAsync(() => collector.Spans.Count(span => span.Name == "outbox.write") == 3);
        worker.Signal(Signals.Terminate);
        Assert.Equal(0, await worker.ExitAsync());

        Assert.Superset(s_always.Union(
        [
            "rebasebatch.batch.duration", "rebasebatch.checkpoint.duration", "rebasebatch.checkpoint.rows", "rebasebatch.lease.renew.lag",
            "rebasebatch.problems", "rebasebatch.tokens", "rebasebatch.decode.calls", "rebasebatch.cache.used",
        ]).ToHashSet(), collector.Metrics["RebaseBatch"].ToHashSet());
        Assert.Contains("dotnet.gc.collections", collector.Metrics["System.Runtime"]);
        Assert.Contains(collector.Metrics["Npgsql"], name => name.StartsWith("db.client.", StringComparison.Ordinal));
        Assert.All(collector.Resources, resource =>
        {
            Assert.Equal(("rebasebatch", "otlp-test"), (resource["service.name"], resource["service.instance.id"]));
            Assert.NotEqual("", resource["service.version"]);
        });
        AssertWhole(collector.Spans, job, await Ledger.CountAsync("SELECT count(*) FROM nodes"));
        // Neither questions nor solutions leave the database this way.
        var told = JsonSerializer.Serialize(collector.Spans.SelectMany(span => span.Attributes));
        Assert.All(problems, problem => Assert.DoesNotContain(problem.Question[..20], told, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_drain_ends_is_sent_before_the_worker_goes()
    {
        await using var collector = await Collector.StartAsync();
        // The intervals are so long that only the worker's end sends anything.
        var variables = Collector.Variables(collector.Endpoint);
        (variables["OTEL_METRIC_EXPORT_INTERVAL"], variables["OTEL_BSP_SCHEDULE_DELAY"]) = ("600000", "600000");
        await using var worker = Start(variables);
        await Jobs.EnqueueAsync(Problems.Job(width: 16, batchSize: 6), await Problems.TakeAsync(6), default);
        await Eventually.TrueAsync(async () => await Ledger.CountAsync("SELECT count(*) FROM nodes") > 0);
        worker.Signal(Signals.Terminate);
        Assert.Equal(0, await worker.ExitAsync());

        Assert.Equal("drained", Assert.Single(collector.Spans, span => span.Name == "batch").Attributes["outcome"]);
        Assert.Contains(collector.Spans, span => span.Name == "search" && (string)span.Attributes["outcome"] == "stopped");
        Assert.Equal(await Ledger.CountAsync("SELECT count(*) FROM nodes"),
            collector.Spans.Where(span => span.Name == "checkpoint").Sum(span => (long)span.Attributes["rows"]));
        Assert.Contains("rebasebatch.batch.duration", collector.Metrics["RebaseBatch"]);
    }

    [Fact]
    public async Task A_batch_that_fails_is_a_failed_span()
    {
        await using var collector = await Collector.StartAsync();
        await using var worker = Start(Collector.Variables(collector.Endpoint));
        await Jobs.EnqueueAsync(Problems.Job() with { Policy = "not-there", MaxAttempts = 1 }, await Problems.TakeAsync(1), default);
        await Eventually.TrueAsync(() => collector.Spans.Any(span => span.Name == "batch"));

        var batch = Assert.Single(collector.Spans, span => span.Name == "batch");
        Assert.True(batch.Failed);
        Assert.Equal(("machine_fault", "RebaseBatch.Platform.Errors.MachineFaultException"),
            (batch.Attributes["outcome"], batch.Attributes["error.type"]));
    }

    [Fact]
    public async Task A_collector_that_is_away_costs_the_work_nothing()
    {
        using var port = new RefusedPort();
        await using var worker = Start(Collector.Variables($"{port.Uri}"));
        var job = await Jobs.EnqueueAsync(Problems.Job(width: 4), await Problems.TakeAsync(2), default);
        Assert.Equal(0, (await Ledger.EndedAsync(job)).Failed);
        await worker.SaysAsync("metrics and traces can't be exported");
        worker.Signal(Signals.Terminate);
        Assert.Equal(0, await worker.ExitAsync(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task A_collector_that_takes_and_never_answers_holds_no_stop_up()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var worker = Start(Collector.Variables($"http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}"));
        await worker.SaysAsync("metrics and traces go to 127.0.0.1");
        using var taken = await silent.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        var since = Stopwatch.GetTimestamp();
        worker.Signal(Signals.Terminate);
        Assert.Equal(0, await worker.ExitAsync(TimeSpan.FromSeconds(20)));
        Assert.True(Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(15), worker.Stderr);
    }

    [Fact]
    public async Task An_endpoint_that_is_none_is_told_and_nothing_is_exported()
    {
        await using var worker = Start(Collector.Variables("collector:4317"));
        await worker.SaysAsync("OTEL_EXPORTER_OTLP_ENDPOINT is not an http or https address");
        worker.Signal(Signals.Terminate);
        Assert.Equal(0, await worker.ExitAsync());
    }

    [Fact]
    public async Task Without_an_endpoint_nothing_is_exported_and_nothing_measured()
    {
        Assert.Null(Environment.GetEnvironmentVariable(OtlpExport.EndpointVariable));
        await using var worker = await WorkerInProcess.StartAsync(Database, Folder.Path);
        Assert.DoesNotContain(worker.Services.GetServices<IHostedService>(), service => service is OtlpExport);
        using var meter = new MeterListener
        {
            InstrumentPublished = (instrument,
                _) => Assert.False(instrument.Meter == worker.Services.GetRequiredService<Meter>() && instrument.Enabled, instrument.Name),
        };
        meter.Start();
    }

    RebaseProcess Start(Dictionary<string, string> variables, params string[] settings) =>
        RebaseProcess.Start(variables, RebaseProcess.WorkerArguments(Database.ConnectionString, Folder.Path, settings));

    /// <summary>Two batches of two searches each, with their checkpoints; two models; files of two batches and the job.</summary>
    static void AssertWhole(IReadOnlyList<CollectedSpan> spans, long job, long nodes)
    {
        var batches = spans.Where(span => span.Name == "batch").ToDictionary(span => span.Id);
        Assert.Equal([1L, 2L], batches.Values.Select(batch => batch.Attributes["batch_no"]).Order());
        Assert.All(batches.Values, batch =>
        {
            Assert.Equal(("", job, 1L, 1L, "completed"),
                (batch.Parent, batch.Attributes["job_id"], batch.Attributes["attempt"], batch.Attributes["lease_epoch"],
                    batch.Attributes["outcome"]));
            Assert.False(batch.Failed);
        });

        var searches = spans.Where(span => span.Name == "search").ToList();
        Assert.Equal(4, searches.Select(search => search.Attributes["problem_id"]).Distinct().Count());
        Assert.All(searches,
            search => Assert.Equal(("rebase", 4L, "solved"),
                (search.Attributes["strategy"], search.Attributes["width"], search.Attributes["outcome"])));
        Assert.Equal(nodes, searches.Sum(search => (long)search.Attributes["steps"]));
        Assert.All(searches, search => Assert.True((long)search.Attributes["tokens"] > 0 && batches.ContainsKey(search.Parent)));

        var checkpoints = spans.Where(span => span.Name == "checkpoint").ToList();
        Assert.Equal(nodes, checkpoints.Sum(checkpoint => (long)checkpoint.Attributes["rows"]));
        Assert.All(checkpoints, checkpoint => Assert.Contains(checkpoint.Parent, batches));

        Assert.Equal([("tiny-math-policy-s", "policy"), ("tiny-math-prm", "reward")],
            spans.Where(span => span.Name == "model.load")
                .Select(load => ((string)load.Attributes["model"], (string)load.Attributes["role"])).Order());
        Assert.Equal([0L, 1L, 2L], spans.Where(span => span.Name == "outbox.write").Select(write => write.Attributes["batch_no"]).Order());
    }
}
