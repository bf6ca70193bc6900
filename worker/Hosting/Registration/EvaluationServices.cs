using Microsoft.Extensions.DependencyInjection;
using RebaseBatch.Evaluation.Gates;
using RebaseBatch.Evaluation.Schedules;
using RebaseBatch.Evaluation.Sweeps;
using RebaseBatch.Inference.Catalog;

namespace RebaseBatch.Hosting.Registration;

/// <summary>The services of Evaluation.</summary>
static class EvaluationServices
{
    /// <summary>Starts the runs of schedules, and compares them with their baselines.</summary>
    public static IServiceCollection AddEvaluation(this IServiceCollection services, RebaseOptions options) => services
        .AddSingleton<ScheduleStore>()
        .AddSingleton<PairStore>()
        .AddSingleton<GateStore>()
        .AddSingleton<Gate>()
        .AddSingleton(s => new SweepPreparation(s.GetRequiredService<ModelCatalog>()))
        .AddHostedService(s => ActivatorUtilities.CreateInstance<ScheduleWorker>(s, options.Worker.SchedulePoll));
}
