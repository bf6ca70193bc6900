using System.Text.Json.Nodes;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Evaluation.Sweeps;

/// <summary>The jobs of a sweep. Pure.</summary>
static class SweepPlan
{
    /// <summary>The cells in the order of the spec, datasets outermost and seeds innermost; equal jobs count once.</summary>
    /// <exception cref="UserException">BadInput: some cells can't be run; one line for each reason.</exception>
    public static IReadOnlyList<PlannedJob> Of(SweepSpec sweep)
    {
        var jobs =
            from dataset in Enumerable.Range(0, sweep.Datasets.Count)
            from policy in sweep.Policies
            from strategy in sweep.Strategies
            from width in strategy.Widths.Select(width => (int?)width).DefaultIfEmpty()
            from reward in RewardsOf(sweep, strategy.Strategy)
            from seed in strategy.Strategy is SearchStrategy.Greedy ? sweep.Seeds.Take(1) : sweep.Seeds
            select new PlannedJob(dataset, Job(sweep, sweep.Datasets[dataset], strategy, policy, reward, width, seed))
            {
                Tags = TagsOf(sweep, sweep.Datasets[dataset], strategy),
            };
        var unusable = sweep.Policies.SelectMany(model => ModelReference.Faults("policies", model))
            .Concat(sweep.Rewards.SelectMany(model => ModelReference.Faults("rewards", model))).Distinct().ToList();
        if (unusable.Count > 0) throw new UserException(ExitCode.BadInput, string.Join('\n', unusable));
        var distinct = jobs.DistinctBy(job => (job.Dataset, job.Spec)).ToList();
        var faults = distinct.SelectMany(job => job.Spec.Faults().Select(fault => $"{job.Title}: {fault}")).Distinct().ToList();
        var mostTags = distinct.Select(job => job.Tags.Texts.Count).DefaultIfEmpty().Max();
        if (mostTags > TagSet.Most) faults.Add(TagSet.TooMany(mostTags));
        if (faults.Count > 0)
            throw new UserException(ExitCode.BadInput, string.Join('\n', faults));
        return distinct;
    }

    static TagSet TagsOf(SweepSpec sweep, SweepDataset dataset, SweepStrategy strategy) =>
        SweepTags.Of(sweep.Tags).With(SweepTags.Of(dataset.Tags)).With(SweepTags.Of(strategy.Tags));

    /// <summary>What <see cref="Of"/> leaves out of what the sweep gives to one strategy, in sentences.</summary>
    public static IEnumerable<string> Ignored(SweepSpec sweep) =>
        from strategy in sweep.Strategies
        from width in strategy.Widths
        let settings = new JsonObject
        {
            ["strategy"] = JobSettings.Value("strategy", strategy.Strategy), ["width"] = JobSettings.Value("width", width),
        }
        from ignored in JobSettings.Ignored(settings)
        select ignored.Why;

    static IEnumerable<string?> RewardsOf(SweepSpec sweep, SearchStrategy strategy) =>
        (strategy is SearchStrategy.Greedy ? [] : sweep.Rewards).DefaultIfEmpty();

    static JobSpec Job(
        SweepSpec sweep, SweepDataset dataset, SweepStrategy strategy, string policy, string? reward, int? width, long seed)
    {
        var settings = JobSettings.Merge(sweep.Settings, strategy.Settings);
        settings["name"] = JobSettings.Value("name", sweep.Name);
        settings["policy"] = JobSettings.Value("policy", policy);
        settings["reward"] = JobSettings.Value("reward", reward);
        settings["strategy"] = JobSettings.Value("strategy", strategy.Strategy);
        settings["seed"] = JobSettings.Value("seed", seed);
        if (dataset.Tolerance is { } tolerance) settings["tolerance"] = JobSettings.Value("tolerance", tolerance);
        if (width is not null) settings["width"] = JobSettings.Value("width", width);
        return JobSettings.Spec(settings);
    }
}
