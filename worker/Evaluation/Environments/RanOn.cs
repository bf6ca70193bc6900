using RebaseBatch.Contracts;

namespace RebaseBatch.Evaluation.Environments;

/// <summary>One of several results that are compared, and what it ran on.</summary>
/// <param name="Label">What people call it, for example "job 7".</param>
/// <param name="Policy">The policy as the job names it.</param>
/// <param name="Reward">The same for the reward model; null without one.</param>
/// <param name="Environments">More than one if its attempts differ; empty for results that are older than this information.</param>
sealed record RanOn(string Label, string Policy, string? Reward, IReadOnlyList<RunEnvironment> Environments)
{
    /// <summary>
    /// In what the results differ, one line each; empty when they ran alike as far as is known. Values of a model are compared among the
    /// results that name this model only: others differ on purpose.
    /// </summary>
    public static IReadOnlyList<string> Differences(IEnumerable<RanOn> results)
    {
        var facts = from result in results
                    from environment in result.Environments
                    from fact in result.FactsOf(environment)
                    select (fact.Name, fact.Value, result.Label);
        return [.. facts.GroupBy(fact => fact.Name)
            .Select(fact => (Name: fact.Key, Values: fact.GroupBy(one => one.Value, one => one.Label).ToList()))
            .Where(fact => fact.Values.Count > 1)
            .Select(fact => $"{fact.Name}: {string.Join(", ", fact.Values.Select(value => $"{value.Key} ({Labels(value)})"))}")];
    }

    /// <summary>Named values of one of the environments; those of a model name it as the job does.</summary>
    public IEnumerable<(string Name, string Value)> FactsOf(RunEnvironment environment)
    {
        foreach (var fact in EnvironmentFacts.OfMachine(environment)) yield return fact;
        foreach (var (name, value) in EnvironmentFacts.OfModel(environment.Policy)) yield return ($"{name} of {Policy}", value);
        if (environment.Reward is null || Reward is null) yield break;
        foreach (var (name, value) in EnvironmentFacts.OfModel(environment.Reward)) yield return ($"{name} of {Reward}", value);
    }

    static string Labels(IEnumerable<string> labels)
    {
        const int Most = 4;
        var all = labels.Distinct().ToList();
        return all.Count <= Most ? string.Join(", ", all) : $"{string.Join(", ", all.Take(Most))} and {all.Count - Most} more";
    }
}
