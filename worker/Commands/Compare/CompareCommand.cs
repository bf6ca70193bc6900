using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using RebaseBatch.Commands.Demo;
using RebaseBatch.Commands.Jobs;
using RebaseBatch.Commands.Output;
using RebaseBatch.Commands.Results;
using RebaseBatch.Commands.Worker;
using RebaseBatch.Contracts;
using RebaseBatch.Core.Tables;
using RebaseBatch.Durable.Environments;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Evaluation.Environments;
using RebaseBatch.Evaluation.Reports;
using RebaseBatch.Hosting;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Commands.Compare;

/// <summary><c>rebase compare</c>: the paper's table, for the user's own models and problems.</summary>
static class CompareCommand
{
    const int DefaultProblems = 200, DefaultWidth = 16;
    const double DefaultBalance = 0.2;

    public static Command Create(ProcessEnvironment environment)
    {
        var file = new Argument<string?>("FILE")
        {
            Description = "The dataset, in a form that 'rebase jobs enqueue' reads (default: the bundled problems).",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var limit = NumberOption.Count("--limit", $"Solve only the first N problems (default: {DefaultProblems}).");
        var noGold = new Option<bool>("--no-gold") { Description = "Take a dataset without any right answer, and compare the cost only." };
        var width = NumberOption.Count("--width", $"Solutions per problem, for every strategy except greedy (default: {DefaultWidth}).");
        var policy = DemoModelOptions.Policy();
        var reward = DemoModelOptions.Reward();
        var balance = NumberOption.Real(
            "--balance-temperature", $"Temperature of REBASE's softmax over step scores (default: {DefaultBalance}).");
        var seed = NumberOption.Long("--seed", "Seed of the random numbers (default: 0).");
        var pattern = new Option<string?>("--answer-pattern")
        {
            Description = "The form in which the policy states its answers, as for 'rebase jobs enqueue' (default: all usual forms).",
            HelpName = "REGEX",
        };
        var tolerance = NumberOption.Real(
            "--tolerance", "How far an answer may be from a right answer that is a number (default: no tolerance).");
        var format = FormatOption.Create();
        var command = new DocumentedCommand("compare", """
            Solves the same problems with every strategy and compares accuracy and cost.
            The strategies are greedy, sampling with each of its votes, sampling that stops at confidence 0.95, MCTS, BG-MCTS, beam search
            without and with a lookahead, DVTS, particle filtering, DORA, and REBASE that scores every second step or every one. Except for
            greedy, they use about the same compute, or less where they stop early. It says what the stop saved and which answers it
            changed. Accuracies have 95 % intervals. A job that is already in the database does not run again, so an interrupted comparison
            continues where it stopped.
            Example: rebase compare --limit 100 --policy tiny-math-policy-m --width 16
            """) { file, limit, noGold, width, policy, reward, balance, seed, pattern, tolerance, format };
        var fields = new DatasetFieldOptions();
        fields.AddTo(command);
        command.Subcommands.Add(CompareRunsCommand.Create(environment));
        command.SetAction((parsed, ct) => RunAsync(
            new(environment, parsed),
            parsed.GetValue(file) ?? DemoPlan.BundledProblems(environment.ProgramFolder),
            new(NoGold: parsed.GetValue(noGold), Limit: parsed.GetValue(limit) ?? DefaultProblems, Fields: fields.Read(parsed)),
            [.. ComparePlan.Of(
                parsed.GetValue(policy) ?? DemoPlan.DefaultPolicy, parsed.GetValue(reward) ?? DemoPlan.DefaultReward,
                parsed.GetValue(width) ?? DefaultWidth, parsed.GetValue(balance) ?? DefaultBalance, parsed.GetValue(seed) ?? 0)
                .Select(spec => spec with { AnswerPattern = parsed.GetValue(pattern), Tolerance = parsed.GetValue(tolerance) })],
            parsed.GetValue(format) ?? OutputFormat.Table, ct));
        return command;
    }

    static async Task<int> RunAsync(
        CommandContext context, string file, DatasetRules rules, IReadOnlyList<JobSpec> specs, OutputFormat format, CancellationToken ct)
    {
        if (specs.SelectMany(spec => spec.Faults()).Distinct().ToList() is { Count: > 0 } faults)
            throw new UserException(ExitCode.BadInput, string.Join('\n', faults.Select(fault => $"--{fault}")));
        var problems = await ReadAsync(context, file, rules, ct);
        await context.EnsureResultsAsync(ct);
        await using var database = await context.OpenDatabaseAsync(ct);
        context.Options.Sources.Named.UnionWith(specs.SelectMany(spec => (string?[])[spec.Policy, spec.Reward]).OfType<string>());
        await using var host = WorkerHost.Create(context.Settings, database, context.LogToStderr);
        using var models = await host.Services.GetRequiredService<ModelPool>().AcquireAsync(specs[0].Policy, specs[^1].Reward, ct);

        var jobs = await FindOrEnqueueAsync(new(database.DataSource), specs, problems, models.Environment,
            new(DatasetOrigin.NameOf(file)) { DatasetPath = DatasetOrigin.PathOf(context, file) }, ct);
        await InProcessWorker.RunAsync(context, host, database, jobs, ct);

        await WarnAsync(context, new(database.DataSource), specs, jobs, ct);
        var rows = new List<ComparisonRow>();
        foreach (var (spec, job) in specs.Zip(jobs))
        {
            var report = await JobReport.ReadAsync(database.DataSource, job, ct);
            rows.AddRange(ComparisonRow.Of(report, await StopAsync(context, new(database.DataSource), spec, job, specs, jobs, ct)));
            await UnansweredRemarks.WriteAsync(context, database.DataSource, report.Progress, ct);
            if (report.Totals is { Failed: > 0 and var failed, Problems: var all })
                context.WriteStderr(
                    $"job {job}: {failed} of {all} problems failed and are left out of accuracy and cost; 'rebase jobs retry {job}' solves "
                        + "them again");
        }

        Listing.Write(context.Out, format, rows,
            new("strategy", row => row.Strategy, Rank: Rank.Key),
            new("width", row => row.Width, Rank: 2),
            new("vote", row => row.Vote, Rank: Rank.Key),
            new("accuracy", row => row.Accuracy, row => HumanText.Share(row.Correct, row.Graded), Rank: Rank.Verdict),
            new("low", row => row.Interval.Low, row => $"{row.Interval.Low:P1}", Rank: 3),
            new("high", row => row.Interval.High, row => $"{row.Interval.High:P1}", Rank: 3),
            new("policy_flops", row => row.PolicyFlops, row => HumanText.Flops(row.PolicyFlops), Rank: 1),
            new("total_flops", row => row.TotalFlops, row => HumanText.Flops(row.TotalFlops), Rank: 4),
            new("failed", row => row.Failed, Rank: 5),
            new("unanswered", row => row.Unanswered, Rank: 6),
            new("correct", row => row.Correct, Rank: 7),
            new("graded", row => row.Graded,
                row => row.Graded == row.Problems ? $"{row.Graded}" : $"{row.Graded} of {row.Problems}", Rank: 7),
            new("stopped", row => row.Stop?.Stopped, Rank: 8),
            new("saved_tokens_estimate", row => row.Stop?.SavedTokens, Rank: 8),
            new("sampled_share", row => row.Stop?.Comparison?.SampledShare, Rank: 8),
            new("changed_answers", row => row.Stop?.Comparison?.Changed, Rank: 8));
        return (int)ExitCode.Ok;
    }

    /// <summary>What the job's stop at a confidence did, beside the other sampling job; null for a job without one.</summary>
    static async Task<EarlyStopEffect?> StopAsync(CommandContext context, ReportQueries queries, JobSpec spec, long job,
        IReadOnlyList<JobSpec> specs, IReadOnlyList<long> jobs, CancellationToken ct)
    {
        if (spec.StopAtConfidence is null || await queries.JobAsync(job, ct) is not { } stopped) return null;
        var others = new List<MeasuredJob>();
        foreach (var (_, no) in specs.Zip(jobs).Where(pair => pair.First.Strategy is SearchStrategy.Sampling && pair.Second != job))
            if (await queries.JobAsync(no, ct) is { } measured) others.Add(measured);
        var effect = EarlyStopEffect.Of(stopped, others);
        if (effect is not null) context.WriteStderr(effect.TextOf(stopped));
        return effect;
    }

    static async Task WarnAsync(
        CommandContext context, EnvironmentStore store, IReadOnlyList<JobSpec> specs, IReadOnlyList<long> jobs, CancellationToken ct)
    {
        var ranOn = new List<RanOn>();
        foreach (var (spec, job) in specs.Zip(jobs))
            ranOn.Add(new($"job {job}", spec.Policy, spec.Reward, await store.OfAttemptsAsync(job, ct)));
        foreach (var difference in RanOn.Differences(ranOn))
            context.WriteStderr($"not all jobs ran alike, and that alone may change scores: {difference}");
    }

    static async Task<IReadOnlyList<ProblemSpec>> ReadAsync(
        CommandContext context, string file, DatasetRules rules, CancellationToken ct)
    {
        var dataset = await DatasetFile.ReadAsync(context, file, ct, rules.Fields);
        if (dataset.InvalidLines is [var first, ..])
            throw new UserException(ExitCode.BadInput, $"{DatasetFile.NameOf(file)}, line {first.Line}: {first.Reason}");
        if (dataset.Problems.Count == 0)
            throw new UserException(ExitCode.BadInput, $"{DatasetFile.NameOf(file)} contains no problems, so there is nothing to compare");
        return DatasetFile.Taken(context, file, dataset, rules);
    }

    static async Task<IReadOnlyList<long>> FindOrEnqueueAsync(
        JobStore store, IReadOnlyList<JobSpec> specs, IReadOnlyList<ProblemSpec> problems, RunEnvironment mine, JobOrigin dataset,
        CancellationToken ct)
    {
        var held = await store.ListAsync(1000, ct);
        var jobs = new List<long>();
        foreach (var spec in specs)
        {
            // A job of other weights under the same names would refuse this machine's models.
            var same = held.FirstOrDefault(row =>
                row.Spec == spec && row.Problems == problems.Count && !row.CancelRequested && row.Pinned.Allow(mine));
            var origin = dataset with { PolicySha256 = mine.Policy.Sha256, RewardSha256 = mine.Reward?.Sha256 };
            jobs.Add(same?.JobId ?? await store.EnqueueAsync(spec, problems, ct, origin));
        }

        return jobs;
    }
}
