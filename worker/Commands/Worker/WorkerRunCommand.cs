using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using RebaseBatch.Commands.Diagnosis;
using RebaseBatch.Durable.Sharing;
using RebaseBatch.Edge.Health;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Postgres;
using RebaseBatch.Solving;

namespace RebaseBatch.Commands.Worker;

/// <summary><c>rebase worker run</c>: the service.</summary>
static class WorkerRunCommand
{
    static readonly TimeSpan s_pause = TimeSpan.FromSeconds(0.5);

    public static Command Create(ProcessEnvironment environment)
    {
        var log = EnumOption.Create<LogFormat>("--log", "The format of the log on stderr (default: text).");
        var untilIdle = new Option<bool>("--until-idle")
        {
            Description = "End with code 0 when nothing is due: this worker holds no batch and finds none for a second. It waits neither "
                + "for batches of other workers, nor for those that are due later, as after a failed attempt, nor for messages and "
                + "schedules, nor for a paused queue to go on. The result files that are due are written before.",
        };
        var maxBatches = NumberOption.Count("--max-batches",
            "End with code 0 after N batches, counted when they are taken (default: no end).");
        var onlyModels = new Option<string?>("--only-models")
        {
            Description =
                "Take only jobs whose models are all among these, as the jobs name them, with commas between (default: all jobs).",
            HelpName = "MODEL,MODEL",
        };
        var label = LabelOption.Create("--label",
            "What this worker has that jobs can ask for with --needs: key=value or a key alone (default: no label).", "label");
        var command = new DocumentedCommand("run", """
            Runs a worker, which takes batches from the queue and solves them until it is stopped.
            Before its first claim it makes the checks of 'rebase doctor' that concern its results, devices and database, and does not
            start when one fails. Any number of workers can use one database. If the database is unavailable, the worker waits for it. The
            first SIGTERM or SIGINT drains the worker: it stores its progress, gives its batches back and exits with code 0 within
            Rebase:Worker:DrainSeconds. A second signal ends it at once with code 130.
            Example: rebase worker run --database "Host=db.example;Username=rebase;Database=rebase" --log json
            Example: rebase worker run --until-idle --only-models mistral,shepherd
            Example: rebase worker run --label gpu=h200 --label pool=night
            """) { log, untilIdle, maxBatches, onlyModels, label };
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            if (parsed.GetValue(log) is not LogFormat.Json)
            {
                Limit(context.Options.Worker);
                await RunAsync(context, LogFormat.Text, ct);
                return (int)ExitCode.Ok;
            }
            using var stderr = new JsonStderr(context.Options.Worker.Id, context.Verbose);
            try
            {
                var lines = new CommandContext(environment, parsed, stderr.WriteLine);
                Limit(lines.Options.Worker);
                await RunAsync(lines, LogFormat.Json, ct);
                return (int)ExitCode.Ok;
            }
            catch (Exception e)
            {
                return stderr.WriteFailure(e);
            }

            void Limit(WorkerOptions worker)
            {
                worker.UntilIdle |= parsed.GetValue(untilIdle);
                worker.EndAfterBatches = parsed.GetValue(maxBatches) ?? worker.EndAfterBatches;
                worker.OnlyModels = parsed.GetValue(onlyModels) ?? worker.OnlyModels;
                worker.Labels = parsed.GetValue(label) is { } labels ? string.Join(',', labels.Texts) : worker.Labels;
            }
        });
        return command;
    }

    static async Task RunAsync(CommandContext context, LogFormat format, CancellationToken ct)
    {
        try
        {
            await WorkAsync(context, format, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // Stopped before it had any work: the same as drained.
        }
        context.WriteStderr("the worker has stopped");
    }

    static async Task WorkAsync(CommandContext context, LogFormat format, CancellationToken ct)
    {
        await context.EnsureResultsAsync(ct);
        foreach (var check in DoctorChecks.OfWorker(context))
        {
            if (await check.RunAsync(ct) is { IsOk: false } finding)
                throw new UserException(finding.Code, $"{finding.Detail}; what to do: {finding.WayOut}");
        }

        foreach (var sentence in DoctorChecks.UnreadableModels(context)) context.WriteStderr(sentence);
        await using var database = await WaitAsync(context, ct);
        var colour = !context.Environment.Variables.ContainsKey("NO_COLOR");
        var worker = context.Options.Worker.Id;
        await using var host = WorkerHost.Create(
            context.Settings, database, logging => LogOutput.Configure(logging, format, worker, context.Verbose, colour));
        context.WriteStderr($"worker {worker} takes batches; SIGTERM or Ctrl-C drains it");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var running = host.RunAsync(stop.Token);
        var ended = host.Services.GetServices<IHostedService>().OfType<BatchWorker>().Single().Ended;
        var hasEnded = await Task.WhenAny(running, ended) == ended;
        await stop.CancelAsync();
        await running;
        if (hasEnded)
            context.WriteStderr(!context.Options.Worker.UntilIdle ? "this worker has had its last batch"
                : await IsPausedAsync(database, ct) ? "the queue is paused, so nothing is due: 'rebase queue resume' goes on"
                : "nothing is due for this worker");
    }

    /// <summary>Only for a sentence: a database that went away at this moment is no fault of a worker that ends.</summary>
    static async Task<bool> IsPausedAsync(DatabaseSession database, CancellationToken ct)
    {
        try
        {
            return (await new QueueControl(database.DataSource).ReadAsync(ct)).PausedAt is not null;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    static async Task<DatabaseSession> WaitAsync(CommandContext context, CancellationToken ct)
    {
        await using var starting = await StartingServer.StartAsync(context.Options.Http, NullLoggerFactory.Instance, ct);
        while (true)
        {
            var database = await context.WaitForDatabaseAsync(ct);
            try
            {
                await database.EnsureSchemaAsync(ct);
                return database;
            }
            // It became unavailable, or cancelled a statement, while its schema was checked. A script that was running is rolled back.
            catch (Exception e) when (DatabaseFaults.IsPassing(e) && !ct.IsCancellationRequested)
            {
                await database.DisposeAsync();
                context.WriteStderr($"waiting for the database again: {DatabaseFaults.Sentence(e)}");
                await Task.Delay(s_pause, ct);
            }
            catch
            {
                await database.DisposeAsync();
                throw;
            }
        }
    }
}
