using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Edge.Actions;
using RebaseBatch.Edge.Dashboard;
using RebaseBatch.Edge.Health;
using RebaseBatch.Edge.Intake;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Http;
using RebaseBatch.Platform.Remote;

namespace RebaseBatch.Hosting.Registration;

/// <summary>The services of Edge.</summary>
static class EdgeServices
{
    /// <summary>The HTTP server with the dashboard and the health endpoints; nothing if it is off.</summary>
    /// <param name="pageDb">A connection pool only for what people look at: a long report must not delay the work.</param>
    public static IServiceCollection AddHttp(this IServiceCollection services, RebaseOptions options, NpgsqlDataSource pageDb) =>
        !options.Http.IsOn ? services : services
        .AddSingleton(options.Http)
        .AddSingleton(new JobQueries(pageDb))
        .AddSingleton(new StatusStore(pageDb))
        .AddSingleton<Throughput>()
        .AddSingleton(s => ActivatorUtilities.CreateInstance<StatusReader>(s, options.Worker.Id, Stopping(s)))
        .AddSingleton(s => new FleetReader(
            new(pageDb), new(pageDb), options.Worker.Id, s.GetRequiredService<TimeProvider>()))
        .AddActions(options, pageDb)
        .AddReadiness(options)
        .AddSingleton<ReportPages>()
        .AddSingleton(s => ActivatorUtilities.CreateInstance<ReportRoutes>(s, pageDb))
        .AddSingleton(s => ActivatorUtilities.CreateInstance<FlipRoutes>(s, pageDb))
        .AddSingleton(s => ActivatorUtilities.CreateInstance<TreeRoutes>(s, pageDb))
        .AddSingleton<Action<IEndpointRouteBuilder>>(s => routes =>
        {
            DashboardRoutes.Map(routes, s.GetRequiredService<StatusReader>(), actions: s.GetService<ActionRoutes>() is not null);
            FleetRoutes.Map(routes, s.GetRequiredService<FleetReader>());
            s.GetRequiredService<ReportRoutes>().Map(routes);
            s.GetRequiredService<FlipRoutes>().Map(routes);
            s.GetRequiredService<TreeRoutes>().Map(routes);
            s.GetService<ActionRoutes>()?.Map(routes);
            HealthRoutes.Map(routes, s.GetRequiredService<HealthCheckService>());
        })
        .AddHostedService<WebServer>()
        .AddHostedService(s => s.GetRequiredService<Throughput>());

    /// <summary>Takes jobs from a message queue; nothing if none is configured.</summary>
    /// <exception cref="UserException">BadInput: this build does not have the configured queue.</exception>
    public static IServiceCollection AddIntake(this IServiceCollection services, RebaseOptions options) =>
        options.Intake.Kind is IntakeKind.None ? services : services
        .AddSingleton(IntakeQueues.Create(options.Intake.Kind, options.Intake, QueuePatience.OfWorker))
        .AddSingleton<IntakeStore>()
        .AddSingleton<DatasetSource>(_ =>
            new RemoteDatasets(new(BlobAccount.Of(options.Blobs), RetryPolicy.Once, TimeProvider.System, options.DatasetSources()))
                .ReadGuardedAsync)
        .AddSingleton<MessageIntake>()
        .AddSingleton<IntakeMetrics>()
        .AddSingleton(s => ActivatorUtilities.CreateInstance<IntakeWorker>(s, options.Intake))
        .AddHostedService(s => s.GetRequiredService<IntakeWorker>());

    /// <summary>The page that changes jobs; nothing without a token.</summary>
    static IServiceCollection AddActions(this IServiceCollection services, RebaseOptions options, NpgsqlDataSource pageDb) =>
        options.Http.Token.Length == 0 ? services : services
        .AddSingleton<WrongTokens>()
        .AddSingleton(s => new PageSessions(options.Http.Token, s.GetRequiredService<TimeProvider>()))
        .AddSingleton(s => ActivatorUtilities.CreateInstance<ActionRoutes>(s, pageDb));

    static IServiceCollection AddReadiness(this IServiceCollection services, RebaseOptions options)
    {
        services.AddSingleton<DatabaseCheck>().AddSingleton<SchemaCheck>().AddSingleton<ResultFilesCheck>()
            .AddSingleton<NotificationsCheck>()
            .AddSingleton(s => ActivatorUtilities.CreateInstance<RenewalCheck>(s, options.Worker.Lease));
        var checks = services.AddHealthChecks()
            .AddCheck<DatabaseCheck>(DatabaseCheck.Name).AddCheck<SchemaCheck>(SchemaCheck.Name).AddCheck<ModelsCheck>(ModelsCheck.Name)
            .AddCheck<RenewalCheck>(RenewalCheck.Name).AddCheck<WorkerCheck>(WorkerCheck.Name)
            .AddCheck<ResultFilesCheck>(ResultFilesCheck.Name).AddCheck<NotificationsCheck>(NotificationsCheck.Name);
        if (options.Intake.Kind is not IntakeKind.None) checks.AddCheck<IntakeCheck>(IntakeCheck.Name);
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
}
