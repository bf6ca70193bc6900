using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using RebaseBatch.Commands;
using RebaseBatch.Commands.Jobs;
using RebaseBatch.Contracts;
using RebaseBatch.Edge.Intake;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Endurance;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Solving;
using Xunit;

namespace RebaseBatch.Tests.Commands.Jobs;

public sealed class MessageEnqueueTests(PostgresServer server) : WorkerTest(server)
{
    readonly MemoryIntakeQueue _queue = new(TimeProvider.System, TimeSpan.FromMinutes(1));

    [Fact]
    public async Task A_dataset_that_is_sent_is_solved_once_by_a_worker_that_takes_it_in()
    {
        var file = Folder.Write("set.jsonl",
            string.Concat(
                (await Problems.TakeAsync(3)).Select(
                    problem => System.Text.Json.JsonSerializer.Serialize(problem, ContractsJson.Lines) + "\n")));
        // Sent again, as after an answer that never came.
        for (var i = 0; i < 2; i++) Assert.Equal("m-1", await EnqueueAsync(file, "m-1"));

        await using var worker = await WorkerInProcess.StartAsync(Database, Folder.Path);
        var store = new IntakeStore(Database.DataSource);
        using var intake =
            new IntakeWorker(_queue, new(store, (_, _) => throw new InvalidOperationException()), store,
                worker.Services.GetRequiredService<FreeCapacity>(),
            new(worker.Services.GetRequiredService<System.Diagnostics.Metrics.Meter>()), new() { PauseMaxSeconds = 1 }, TimeProvider.System,
            worker.Services.GetRequiredService<ServiceFaults>(), NullLogger<IntakeWorker>.Instance);
        await intake.StartAsync(default);
        await Eventually.TrueAsync(() => _queue.Count == 0);
        var job = (await store.FindAsync("m-1", default))!.Value;
        await Ledger.EndedAsync(job);
        await intake.StopAsync(default);
        await Ledger.AssertWholeAsync(3, Folder.Path);
    }

    [Fact]
    public async Task A_dataset_that_lies_elsewhere_is_named_and_not_read()
    {
        await EnqueueAsync("https://host/far/away.jsonl", "m", limit: 7);
        var message = await _queue.ReceiveAsync(TimeSpan.FromMinutes(1), default);
        Assert.Equal(new DatasetReference { Uri = "https://host/far/away.jsonl", LastLine = 7 },
            JobMessageReader.Read(message!.Body).Dataset);
    }

    [Fact]
    public async Task A_file_too_long_for_a_message_is_refused_with_a_way_out()
    {
        var file = Folder.Write("long.jsonl",
            string.Concat(Enumerable.Range(0, 2000).Select(
                i => $$"""{"question": "{{new string('x', 100)}} {{i}}?", "answer": "1"}""" + "\n")));
        var error = await Assert.ThrowsAsync<UserException>(() => EnqueueAsync(file, "m"));
        Assert.Equal(ExitCode.BadInput, error.Code);
        Assert.Contains("the limit is 192 KiB", error.Message, StringComparison.Ordinal);
        Assert.Contains("give its https or blob URI", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, _queue.Count);
    }

    [Fact]
    public async Task A_queue_that_does_not_answer_names_the_id_to_try_again_with()
    {
        _queue.Fault = _ => new IOException("memory/rebase-jobs is away");
        var error = await Assert.ThrowsAsync<UserException>(() => EnqueueAsync("https://host/a.jsonl", "m-7"));
        Assert.Equal(ExitCode.QueueUnavailable, error.Code);
        Assert.Contains("--message-id m-7", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Rebase:Intake:Namespace", "jobs enqueue https://h/a.jsonl --policy p --strategy greedy --via service-bus")]
    [InlineData("--message-id can only be used with", "jobs enqueue a.jsonl --policy p --strategy greedy --message-id x")]
    [InlineData("--via service-bus can't be used with -:", "jobs enqueue - --policy p --strategy greedy --via service-bus")]
    [InlineData("--answer-field can't be used with --sweep", "jobs enqueue --sweep s.yaml --answer-field a")]
    [InlineData("--via service-bus can't be used with --sweep", "jobs enqueue --sweep s.yaml --via service-bus")]
    public async Task What_can_not_be_sent_is_said_before_anything_is_done(string said, string line)
    {
        var run = await CommandRun.Of(line.Split(' '));
        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains(said, run.Error, StringComparison.Ordinal);
    }

    async Task<string> EnqueueAsync(string dataset, string id, int? limit = null)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var environment = new ProcessEnvironment(output, error, Folder.Path, Folder.Path, new Dictionary<string, string>());
        var context = new CommandContext(environment, new RootCommand().Parse(""));
        await new MessageEnqueue(context, _queue).EnqueueAsync(Problems.Job(width: 4), dataset, new(Limit: limit), id, default);
        return output.ToString().Trim();
    }
}
