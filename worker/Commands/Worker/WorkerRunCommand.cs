using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using RebaseBatch.Edge.Health;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Postgres;
using RebaseBatch.Platform.Postgres.Embedded;

namespace RebaseBatch.Commands.Worker;

/// <summary><c>rebase worker run</c>: the service.</summary>
static class WorkerRunCommand
{
    static readonly TimeSpan s_pause = TimeSpan.FromSeconds(0.5);

    public static Command Create(ProcessEnvironment environment)
    {
        var log = EnumOption.Create<LogFormat>("--log", "How to write the log to stderr (default: text).");
        var command = new DocumentedCommand("run", """
            Runs a worker: takes batches off the queue and solves them until it is stopped. Any number may run on one database. The first SIGTERM or SIGINT drains: it checkpoints, gives its batches back and exits 0 within Rebase:Worker:DrainSeconds; a second one exits 130 at once. A database that is away is waited for.
            Example: rebase worker run --database "Host=db.example;Username=rebase;Database=rebase" --log json
            """) { log };
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            if (parsed.GetValue(log) is not LogFormat.Json)
            {
                await RunAsync(context, LogFormat.Text, ct);
                return (int)ExitCode.Ok;
            }
            using var talk = new JsonStderr(context.Options.Worker.Id, context.Verbose);
            try
            {
                await RunAsync(new(environment, parsed, talk.Say), LogFormat.Json, ct);
                return (int)ExitCode.Ok;
            }
            catch (Exception e)
            {
                return talk.Explain(e);
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
            // Stopped before it held anything: as good as drained.
        }
        context.WriteStderr("the worker has stopped");
    }

    static async Task WorkAsync(CommandContext context, LogFormat format, CancellationToken ct)
    {
        await context.EnsureResultsAsync(ct);
        await using var database = await WaitAsync(context, ct);
        var colour = !context.Environment.Variables.ContainsKey("NO_COLOR");
        await using var host = WorkerHost.Create(context.Settings, database, logging => LogOutput.Configure(logging, format, context.Options.Worker.Id, context.Verbose, colour));
        context.WriteStderr($"worker {context.Options.Worker.Id} takes batches; SIGTERM or Ctrl-C drains it");
        await host.RunAsync(ct);
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
            // It was there, and went away while its schema was looked at: a script that was under way is rolled back.
            catch (Exception e) when (DatabaseFaults.IsAway(e) && !ct.IsCancellationRequested)
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
