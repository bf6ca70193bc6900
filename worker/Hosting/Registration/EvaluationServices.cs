using Microsoft.Extensions.DependencyInjection;
using RebaseBatch.Evaluation.Gates;
using RebaseBatch.Evaluation.Notifications;
using RebaseBatch.Evaluation.Schedules;
using RebaseBatch.Evaluation.Sweeps;
using RebaseBatch.Inference.Catalog;

namespace RebaseBatch.Hosting.Registration;

/// <summary>The services of Evaluation.</summary>
static class EvaluationServices
{
    /// <summary>Starts the runs of schedules, compares them with their baselines, and tells the verdicts.</summary>
    public static IServiceCollection AddEvaluation(this IServiceCollection services, RebaseOptions options) => services
        .AddSingleton<ScheduleStore>()
        .AddSingleton<PairStore>()
        .AddSingleton<GateStore>()
        .AddSingleton<Gate>()
        .AddSingleton(s => new SweepPreparation(s.GetRequiredService<ModelCatalog>()))
        .AddSingleton<OverdueNotices>()
        .AddSingleton(options.Notifications)
        .AddSingleton<NotificationOutbox>()
        .AddSingleton<NotificationMetrics>()
        .AddSingleton(s => new NotificationSender(
            options.NotificationSources(), new(options.Notifications.Secret), s.GetRequiredService<TimeProvider>()))
        .AddHostedService<NotificationWorker>()
        .AddHostedService(s => ActivatorUtilities.CreateInstance<ScheduleWorker>(s, options.Worker.SchedulePoll));
}
