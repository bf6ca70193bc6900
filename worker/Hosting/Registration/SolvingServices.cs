using Microsoft.Extensions.DependencyInjection;
using RebaseBatch.Solving;

namespace RebaseBatch.Hosting.Registration;

/// <summary>The services of Solving.</summary>
static class SolvingServices
{
    /// <summary>The main loop, which claims batches and solves their problems.</summary>
    public static IServiceCollection AddSolving(this IServiceCollection services, RebaseOptions options) => services
        .AddSingleton(options.Worker)
        .AddSingleton<FreeCapacity>()
        .AddSingleton(_ => new PolicySlots(options.Inference.MaxBranches, options.Worker.MaxSearches))
        .AddSingleton<SearchesInFlight>()
        .AddSingleton<BatchMetrics>()
        .AddSingleton<SearchMetrics>()
        .AddSingleton<BatchTelemetry>()
        .AddSingleton<SearchTelemetry>()
        .AddSingleton<ProblemSolver>()
        .AddSingleton<BatchSolver>()
        .AddSingleton<MachineLacks>()
        .AddSingleton<WorkerSelf>()
        .AddHostedService<WorkerPresence>()
        .AddSingleton<BatchCloser>()
        .AddSingleton<BatchRunner>()
        .AddHostedService<BatchWorker>();
}
