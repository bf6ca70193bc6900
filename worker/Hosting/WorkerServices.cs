using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using RebaseBatch.Hosting.Registration;

namespace RebaseBatch.Hosting;

/// <summary>The services of a worker, layer by layer.</summary>
static class WorkerServices
{
    /// <summary>
    /// All layers. Services start in this order and stop in reverse: the export sends what the others measured at their end, the HTTP
    /// server shows a drain, and the outbox outlives the batches whose files it writes.
    /// </summary>
    public static IServiceCollection AddWorker(
        this IServiceCollection services, RebaseOptions options, NpgsqlDataSource db, NpgsqlDataSource leaseDb) => services
        .AddSingleton(options)
        .AddPlatform(options)
        // Before everything that takes work, because its port may be in use.
        .AddHttp(options)
        .AddInference(options)
        .AddDurable(options, db, leaseDb)
        .AddEvaluation(options)
        .AddSolving(options)
        // Last, so that it stops first.
        .AddIntake(options);
}
