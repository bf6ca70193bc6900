using Microsoft.Extensions.DependencyInjection;
using RebaseBatch.Commands.Jobs;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Postgres;
using RebaseBatch.Solving;

namespace RebaseBatch.Commands.Worker;

/// <summary>A worker inside the command's process, with the jobs' progress on stderr.</summary>
static class InProcessWorker
{
    /// <summary>Works until the jobs have ended and their files are written.</summary>
    /// <exception cref="UserException">
    /// Interrupted: the user stopped it before that. Otherwise: this machine lacks what the jobs need, and no other worker is expected.
    /// </exception>
    public static async Task RunAsync(
        CommandContext context, WorkerHost host, DatabaseSession database, IReadOnlyList<long> jobs, CancellationToken ct)
    {
        var store = new JobStore(database.DataSource);
        var models = new HashSet<string>();
        foreach (var job in jobs)
            if ((await store.ProgressAsync(job, ct))?.Spec is { } spec) models.UnionWith([spec.Policy, spec.Reward ?? spec.Policy]);
        var lack = host.Services.GetRequiredService<MachineLacks>().FirstOf(jobs, models);

        var view = new ProgressView(context.Stderr, store.ProgressAsync, TimeProvider.System, isWorker: true);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var worker = host.RunAsync(stop.Token);
        var watch = view.WatchAsync(jobs, static progress => progress.Ended, stop.Token);

        await Task.WhenAny(worker, watch, lack);
        await stop.CancelAsync();
        // The watch ends first, so that its display is gone before anything else is written. Its exceptions are looked at last.
        await Task.WhenAny(watch);
        await worker;
        if (ct.IsCancellationRequested)
            throw new UserException(ExitCode.Interrupted,
                "stopped; all finished work is stored, and the same command continues from there");
        if (lack.IsCompletedSuccessfully && watch.IsCanceled)
        {
            var fault = await lack;
            throw new UserException((fault.InnerException as UserException)?.Code ?? ExitCode.ModelUnusable, fault.Message, fault);
        }
        if (watch.IsCanceled) throw new InvalidOperationException("the worker ended before its jobs");
        await watch;
    }
}
