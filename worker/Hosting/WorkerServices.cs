using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using RebaseBatch.Batches;
using RebaseBatch.Checkpoints;
using RebaseBatch.Results;

namespace RebaseBatch.Hosting;

/// <summary>Everything that a worker is made of.</summary>
static class WorkerServices
{
    public static IServiceCollection AddWorker(this IServiceCollection services, RebaseOptions options, NpgsqlDataSource db) => services
        .AddSingleton(TimeProvider.System)
        .AddSingleton(options)
        .AddSingleton(options.Worker)
        .AddSingleton(db)
        .AddSingleton<LeaseStore>()
        .AddSingleton<ProblemStore>()
        .AddSingleton<EnqueueListener>()
        .AddSingleton<CheckpointStore>()
        .AddSingleton<ResultStore>()
        .AddSingleton<IResultBlobs>(_ => new FolderResultBlobs(options.Results.Directory))
        .AddSingleton<OutboxWorker>()
        .AddHostedService<OutboxService>();
}
