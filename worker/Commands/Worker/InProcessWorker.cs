using RebaseBatch.Commands.Jobs;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Postgres.Embedded;

namespace RebaseBatch.Commands.Worker;

/// <summary>A worker inside the command's own process, with the jobs' progress on stderr.</summary>
static class InProcessWorker
{
    /// <summary>Works until the jobs have ended, their files included.</summary>
    /// <exception cref="UserException">Interrupted: stopped before that.</exception>
    public static async Task RunAsync(CommandContext context, WorkerHost host, DatabaseSession database, IReadOnlyList<long> jobs, CancellationToken ct)
    {
        var view = new ProgressView(context.Stderr, new JobStore(database.DataSource).ProgressAsync, TimeProvider.System);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var worker = host.RunAsync(stop.Token);
        var watch = view.WatchAsync(jobs, static progress => progress.Ended, stop.Token);

        await Task.WhenAny(worker, watch);
        await stop.CancelAsync();
        // The watch first, so that its display is gone before anything else is written; its own end matters last.
        await Task.WhenAny(watch);
        await worker;
        if (ct.IsCancellationRequested)
            throw new UserException(ExitCode.Interrupted, "stopped; what is done is stored, and the same command goes on from there");
        if (watch.IsCanceled) throw new InvalidOperationException("the worker ended before its jobs did");
        await watch;
    }
}
