using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using RebaseBatch.Durable.Budgets;
using RebaseBatch.Durable.Checkpoints;
using RebaseBatch.Durable.Environments;
using RebaseBatch.Durable.Events;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Durable.Leases;
using RebaseBatch.Durable.Metrics;
using RebaseBatch.Durable.Outbox;
using RebaseBatch.Durable.Results;
using RebaseBatch.Durable.Retention;
using RebaseBatch.Durable.Workers;
using RebaseBatch.Platform.Endurance;
using RebaseBatch.Platform.Remote;

namespace RebaseBatch.Hosting.Registration;

/// <summary>The services of Durable.</summary>
static class DurableServices
{
    /// <summary>Stores of jobs, leases, checkpoints and results; lease renewal, the reaper and the outbox.</summary>
    /// <param name="leaseDb">A connection pool only for lease renewals: work that waits for a connection must not delay them.</param>
    public static IServiceCollection AddDurable(
        this IServiceCollection services, RebaseOptions options, NpgsqlDataSource db, NpgsqlDataSource leaseDb) => services
        .AddSingleton(db)
        .AddSingleton<QueueStore>()
        .AddHostedService<QueueMetrics>()
        .AddSingleton<ResultStore>()
        .AddSingleton<Completions>()
        .AddSingleton(_ => ResultBlobs.Of(options.Results, BlobAccount.Of(options.Blobs)))
        .AddSingleton<UnansweredNotices>()
        .AddHostedService<OutboxWorker>()
        .AddSingleton<ProblemStore>()
        .AddSingleton<EnvironmentStore>()
        // On the leases' connection: a worker listens while it holds no batch, and renews while it holds one.
        .AddSingleton(s => ActivatorUtilities.CreateInstance<EnqueueListener>(s, leaseDb))
        .AddSingleton<CheckpointStore>()
        .AddSingleton<CheckpointMetrics>()
        .AddSingleton(s => ActivatorUtilities.CreateInstance<CheckpointWriters>(s, options.Worker.Checkpoint))
        .AddSingleton(s => ActivatorUtilities.CreateInstance<JobSpendings>(s, options.Worker.Checkpoint))
        .AddSingleton<WorkerStore>()
        .AddSingleton<LeaseStore>()
        .AddSingleton<LeaseMetrics>()
        .AddSingleton(s => ActivatorUtilities.CreateInstance<LeaseKeeper>(
            s, new LeaseStore(leaseDb), options.Worker.Lease, options.Worker.Renew, s.GetRequiredService<ILogger<LeaseKeeper>>()))
        .AddHostedService(s => ActivatorUtilities.CreateInstance<LeaseReaper>(s, options.Worker.Lease, options.Worker.Renew))
        .AddSingleton(new WaitingJobs(db, Actor.Worker(options.Worker.Id)))
        .AddHostedService<WaitingJobsWorker>()
        .AddHostedService(s => new RetentionWorker(
            db, Actor.Worker(options.Worker.Id), options.Worker.KeepNodesDays,
            s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ServiceFaults>(),
            s.GetRequiredService<ILogger<RetentionWorker>>()));
}
