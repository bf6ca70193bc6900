using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using RebaseBatch.Commands.Jobs;
using RebaseBatch.Commands.Output;
using RebaseBatch.Commands.Results;
using RebaseBatch.Commands.Worker;
using RebaseBatch.Hosting;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.Demo;

/// <summary><c>rebase demo</c>: the whole program in one command, on bundled models and problems.</summary>
static class DemoCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var problems = NumberOption.Count("--limit", $"Solve the first N bundled problems (default: {DemoPlan.DefaultProblems}).");
        var width = NumberOption.Count("--width", $"Solutions per problem for REBASE (default: {DemoPlan.DefaultWidth}).");
        var policy = DemoModelOptions.Policy();
        var reward = DemoModelOptions.Reward();
        var seed = NumberOption.Long("--seed", "Seed of the random numbers (default: 0).");
        var format = FormatOption.Create();
        var command = new DocumentedCommand("demo", """
            Solves bundled problems with bundled models.
            It starts a private database, enqueues a REBASE job and a greedy job, runs a worker, and prints a table that compares the jobs:
            accuracy by voting method, tokens, floating-point operations and time. If it is interrupted, the same command resumes it.
            Example: rebase demo --limit 20 --data /tmp/rebase
            """) { problems, width, policy, reward, seed, format };
        command.SetAction((parsed, ct) =>
        {
            var plan = DemoPlan.Create(
                environment.ProgramFolder,
                parsed.GetValue(policy) ?? DemoPlan.DefaultPolicy,
                parsed.GetValue(reward) ?? DemoPlan.DefaultReward,
                parsed.GetValue(problems) ?? DemoPlan.DefaultProblems,
                parsed.GetValue(width) ?? DemoPlan.DefaultWidth,
                parsed.GetValue(seed) ?? 0);
            return RunAsync(new CommandContext(environment, parsed), plan, parsed.GetValue(format) ?? OutputFormat.Table, ct);
        });
        return command;
    }

    static async Task<int> RunAsync(CommandContext context, DemoPlan plan, OutputFormat format, CancellationToken ct)
    {
        await context.EnsureResultsAsync(ct);
        await using var database = await context.OpenDatabaseAsync(ct);
        context.Options.Sources.Named.UnionWith([plan.Rebase.Policy, .. plan.Rebase.Reward is { } reward ? (string[])[reward] : []]);
        await using var host = WorkerHost.Create(context.Settings, database, context.LogToStderr);
        // An unusable model is reported here, before a job spends its attempts on it. The worker finds the models loaded.
        using var models = await host.Services.GetRequiredService<ModelPool>().AcquireAsync(plan.Rebase.Policy, plan.Rebase.Reward, ct);
        var (rebase, greedy, resumed) = await new DemoJobs(new(database.DataSource), plan, models.Environment).FindOrEnqueueAsync(ct);
        context.WriteStderr(
            $"{(resumed ? "resuming" : "enqueued")} jobs {greedy} (greedy) and {rebase} (REBASE) "
            + $"with {plan.Rebase.Policy} and {plan.Rebase.Reward}; data folder {context.Options.DataDirectory}");

        await InProcessWorker.RunAsync(context, host, database, [greedy, rebase], ct);
        JobReport[] reports =
        [
            await JobReport.ReadAsync(database.DataSource, rebase, ct),
            await JobReport.ReadAsync(database.DataSource, greedy, ct),
        ];
        new JobReportWriter(context.Out, format, context.Results.Location, TimeProvider.System).Write(reports);
        foreach (var report in reports) await UnansweredRemarks.WriteAsync(context, database.DataSource, report.Progress, ct);
        if (reports.All(report => report.Totals.Failed == 0 && report.Totals.Answered == report.Totals.Problems)) return (int)ExitCode.Ok;
        var error = reports.Select(report => report.Progress.OldestError).FirstOrDefault(error => error is not null);
        context.WriteStderr($"some problems have no result; the first error: {error}");
        return (int)ExitCode.Incomplete;
    }
}
