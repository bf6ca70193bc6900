using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using RebaseBatch.Durable.Budgets;
using RebaseBatch.Durable.Checkpoints;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Durable.Leases;
using RebaseBatch.Durable.Metrics;
using RebaseBatch.Durable.Outbox;
using RebaseBatch.Durable.Results;
using RebaseBatch.Edge.Dashboard;
using RebaseBatch.Edge.Health;
using RebaseBatch.Edge.Intake;
using RebaseBatch.Evaluation.Schedules;
using RebaseBatch.Evaluation.Sweeps;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Http;
using RebaseBatch.Platform.Remote;
using RebaseBatch.Platform.Telemetry;
using RebaseBatch.Solving;

namespace RebaseBatch.Hosting;

/// <summary>Everything that a worker is made of.</summary>
static class WorkerServices
{
    public static IServiceCollection AddWorker(this IServiceCollection services, RebaseOptions options, NpgsqlDataSource db, NpgsqlDataSource leaseDb) => services
        .AddSingleton(TimeProvider.System)
        .AddSingleton(options)
        .AddSingleton(options.Worker)
        .AddSingleton(db)
        // Stops after all of it, to send what the end of the others measured.
        .AddExport(options)
        // Starts before all that could take work, as it may fail for its port, and stops after all of it: a drain can be watched.
        .AddHttp(options)
        .AddInference(options)
        .AddTelemetry()
        // Services stop in reverse order: the outbox outlives the batches whose files it writes.
        .AddResults(options)
        .AddSchedules(options)
        .AddBatches(options, leaseDb)
        // Last, so that it stops first.
        .AddIntake(options);

    /// <summary>Models by name, and those that are loaded.</summary>
    public static IServiceCollection AddInference(this IServiceCollection services, RebaseOptions options) => services
        .AddSingleton(options.Inference)
        .AddSingleton(_ => new ModelCatalog(options.Models))
        .AddSingleton(_ => new RemoteFiles(BlobAccount.Of(options.Blobs)))
        .AddSingleton(s => new ModelCache(
            options.Inference.ModelCacheDirectory, s.GetRequiredService<RemoteFiles>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<ModelCache>>()))
        .AddSingleton<ModelLoader>()
        .AddSingleton<ModelPool>();

    /// <summary>Nothing at all while it is off.</summary>
    static IServiceCollection AddHttp(this IServiceCollection services, RebaseOptions options) => !options.Http.IsOn ? services : services
        .AddSingleton(options.Http)
        .AddSingleton<JobQueries>()
        .AddSingleton<StatusStore>()
        .AddSingleton<Throughput>()
        .AddSingleton(s => ActivatorUtilities.CreateInstance<StatusReader>(s, options.Worker.Id, Stopping(s)))
        .AddReadiness(options)
        .AddSingleton<ReportPages>()
        .AddSingleton<ReportRoutes>()
        .AddSingleton<Action<IEndpointRouteBuilder>>(s => routes =>
        {
            DashboardRoutes.Map(routes, s.GetRequiredService<StatusReader>());
            s.GetRequiredService<ReportRoutes>().Map(routes);
            HealthRoutes.Map(routes, s.GetRequiredService<HealthCheckService>());
        })
        .AddHostedService<WebServer>()
        .AddHostedService(s => s.GetRequiredService<Throughput>());

    static IServiceCollection AddReadiness(this IServiceCollection services, RebaseOptions options)
    {
        services.AddSingleton<DatabaseCheck>().AddSingleton<SchemaCheck>()
            .AddSingleton(s => ActivatorUtilities.CreateInstance<RenewalCheck>(s, options.Worker.Lease));
        services.AddHealthChecks()
            .AddCheck<DatabaseCheck>(DatabaseCheck.Name).AddCheck<SchemaCheck>(SchemaCheck.Name).AddCheck<ModelsCheck>(ModelsCheck.Name)
            .AddCheck<RenewalCheck>(RenewalCheck.Name).AddCheck<WorkerCheck>(WorkerCheck.Name);
        return services.AddLogging(logging => logging
            // Probes come every few seconds. The endpoint tells what the checks found; the log need not repeat it each time.
            .AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None)
            // While it logs, the framework makes a span of each request, and adds the request to each event as a scope.
            .AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None));
    }

    static Func<bool> Stopping(IServiceProvider services)
    {
        var lifetime = services.GetRequiredService<IHostApplicationLifetime>();
        return () => lifetime.ApplicationStopping.IsCancellationRequested;
    }

    /// <summary>Nothing at all unless a collector is named.</summary>
    static IServiceCollection AddExport(this IServiceCollection services, RebaseOptions options) => !OtlpExport.IsAskedFor ? services : services
        .AddHostedService(s => ActivatorUtilities.CreateInstance<OtlpExport>(s, options.Worker.Id));

    static IServiceCollection AddTelemetry(this IServiceCollection services) => services
        .AddSingleton(_ => new Meter(Spans.MeterName))
        .AddSingleton<QueueStore>()
        .AddHostedService<QueueMetrics>()
        .AddSingleton<Func<IReadOnlyList<ILoadedModel>>>(s => () => s.GetRequiredService<ModelPool>().Loaded)
        .AddHostedService<EngineMetrics>()
        .AddHostedService<EngineLog>();

    static IServiceCollection AddSchedules(this IServiceCollection services, RebaseOptions options) => services
        .AddSingleton<ScheduleStore>()
        .AddSingleton<BaselineStore>()
        .AddSingleton<RegressionGate>()
        .AddSingleton(s => new SweepPreparation(s.GetRequiredService<ModelCatalog>()))
        .AddHostedService(s => ActivatorUtilities.CreateInstance<ScheduleWorker>(s, options.Worker.SchedulePoll));

    static IServiceCollection AddBatches(this IServiceCollection services, RebaseOptions options, NpgsqlDataSource leaseDb) => services
        .AddSingleton<LeaseStore>()
        .AddSingleton<ProblemStore>()
        .AddSingleton<CheckpointStore>()
        .AddSingleton(s => ActivatorUtilities.CreateInstance<JobSpendings>(s, options.Worker.Checkpoint))
        .AddSingleton<EnqueueListener>()
        .AddSingleton<FreeCapacity>()
        .AddSingleton(_ => new SearchSlots(SearchSlots.PermitsFor(options.Inference.MaxBranches), options.Worker.MaxSearches))
        .AddSingleton<SearchesInFlight>()
        .AddSingleton<BatchMetrics>()
        .AddSingleton<SearchMetrics>()
        .AddSingleton<LeaseMetrics>()
        .AddSingleton<CheckpointMetrics>()
        .AddSingleton(s => Keeper(s, leaseDb))
        .AddSingleton(s => ActivatorUtilities.CreateInstance<CheckpointWriters>(s, options.Worker.Checkpoint))
        .AddSingleton<BatchTelemetry>()
        .AddSingleton<SearchTelemetry>()
        .AddSingleton<ProblemSolver>()
        .AddSingleton<BatchSolver>()
        .AddSingleton<BatchCloser>()
        .AddSingleton<BatchRunner>()
        .AddHostedService(s => new LeaseReaper(
            s.GetRequiredService<LeaseStore>(), options.Worker.Lease, options.Worker.Renew, s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<LeaseReaper>>()))
        .AddHostedService<BatchWorker>();

    /// <summary>Nothing at all while no queue is configured.</summary>
    /// <exception cref="UserException">BadInput: this build does not have the configured queue.</exception>
    static IServiceCollection AddIntake(this IServiceCollection services, RebaseOptions options) => options.Intake.Kind is IntakeKind.None ? services : services
        .AddSingleton(IntakeQueues.Create(options.Intake.Kind, options.Intake))
        .AddSingleton<IntakeStore>()
        .AddSingleton<DatasetSource>(s => new RemoteDatasets(s.GetRequiredService<RemoteFiles>()).ReadGuardedAsync)
        .AddSingleton<MessageIntake>()
        .AddSingleton<IntakeMetrics>()
        .AddHostedService(s => ActivatorUtilities.CreateInstance<IntakeWorker>(s, options.Intake.PauseMax));

    static IServiceCollection AddResults(this IServiceCollection services, RebaseOptions options) => services
        .AddSingleton<ResultStore>()
        .AddSingleton(_ => ResultBlobs.Of(options.Results, BlobAccount.Of(options.Blobs)))
        .AddHostedService<OutboxWorker>();

    /// <summary>Renewals have a pool of their own, so that work that waits for a connection can't starve them.</summary>
    static LeaseKeeper Keeper(IServiceProvider services, NpgsqlDataSource leaseDb)
    {
        var worker = services.GetRequiredService<WorkerOptions>();
        return new(new(leaseDb), worker.Lease, worker.Renew, services.GetRequiredService<LeaseMetrics>(), services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<LeaseKeeper>>());
    }
}
