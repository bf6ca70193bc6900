using Microsoft.Extensions.DependencyInjection;
using RebaseBatch.Hosting.Registration;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Hosting;

/// <summary>The services of a worker, layer by layer.</summary>
static class WorkerServices
{
    /// <summary>
    /// All layers. Services start in this order and stop in reverse: the export sends what the others measured at their end, the HTTP
    /// server shows a drain, and the outbox outlives the batches whose files it writes.
    /// </summary>
    public static IServiceCollection AddWorker(
        this IServiceCollection services, RebaseOptions options, ConnectionPools pools) => services
        .AddSingleton(options)
        .AddPlatform(options)
        // Before everything that takes work, because its port may be in use.
        .AddHttp(options, pools.Pages)
        .AddInference(options)
        .AddDurable(options, pools.Work, pools.Leases)
        .AddEvaluation(options)
        .AddSolving(options)
        // Last, so that it stops first; it does not keep the others waiting.
        .AddIntake(options);
}
