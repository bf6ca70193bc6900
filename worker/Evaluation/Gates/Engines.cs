using RebaseBatch.Contracts;
using RebaseBatch.Contracts.Gates;
using RebaseBatch.Evaluation.Environments;

namespace RebaseBatch.Evaluation.Gates;

/// <summary>
/// What two runs ran on, side by side. An engine is what computes scores from given weights and texts: runtime and its build, kind of
/// device, quantisation, KV cache, flash attention, layers on GPUs, the server's program and version, and the prompt. A run on another
/// engine is another experiment (arXiv 2605.19537 measured many points between backends), and so is one that another version of the grader
/// graded: that alone makes right answers wrong. The other facts are told only: the program's
/// version, the weights and the served model are what a gate is there to compare, and the number of threads, contexts and replicas and the
/// device's model move scores no more than chance does. Pure.
/// </summary>
static class Engines
{
    static readonly string[] s_engine =
    [
        "runtime", "runtime build", DeviceKinds, "quantisation", "KV cache", "flash attention", "layers on GPUs", "server", "prompt",
        Grader,
    ];

    /// <summary>The fact that tells which version of the grader gave the verdicts on answers.</summary>
    public const string Grader = "grader";

    const string DeviceKinds = "kinds of devices", Of = " of ";

    /// <summary>All facts about the jobs of these cells that were run anew, each once.</summary>
    public static IReadOnlyList<GateFact> FactsOf(IEnumerable<PairedCell> cells)
    {
        var compared = cells.ToList();
        var known = (from cell in compared
                     from side in cell.RanOn
                     from environment in side.Environments
                     from fact in Kinds(environment).Concat(Here(side, environment)).Concat(side.FactsOf(environment))
                     select (fact.Name, fact.Value, side.Label)).Concat(compared.SelectMany(Graders)).Distinct().ToList();
        return [.. known.GroupBy(fact => fact.Name).Select(fact =>
            new GateFact(fact.Key, Values(fact, "baseline"), Values(fact, "run"), IsEngine(fact.Key)))];

        static string? Values(IEnumerable<(string Name, string Value, string Label)> facts, string label)
        {
            var values = facts.Where(fact => fact.Label == label).Select(fact => fact.Value).Order(StringComparer.Ordinal).ToList();
            return values.Count == 0 ? null : string.Join(" and ", values);
        }
    }

    /// <summary>In what the engines differ, in one line, with the way out; null when they do not as far as is known.</summary>
    public static string? ChangeOf(PairedCell cell)
    {
        var changes = FactsOf([cell]).Where(fact => fact is { IsEngine: true, Differs: true }).ToList();
        if (changes.Count == 0) return null;
        var graded = changes.Exists(fact => fact.Name == Grader);
        return $"{(graded && changes.Count == 1 ? "another version of the grader graded it" : "it ran on another engine")}: "
            + string.Join("; ", changes.Select(Text)) + (graded ? $"; {Regrade(cell)}" : "");
    }

    /// <summary>That other versions of the grader gave the verdicts, in one line; null when that is not so as far as is known.</summary>
    public static string? GraderChangeOf(IEnumerable<PairedCell> cells) =>
        FactsOf(cells).FirstOrDefault(fact => fact is { Name: Grader, Differs: true }) is { } change ? Text(change) : null;

    static string Text(GateFact fact) => $"{fact.Name}: {fact.Baseline} (baseline), {fact.Run} (run)";

    // Both: nobody says which of them this program's grader graded.
    static string Regrade(PairedCell cell)
    {
        var jobs = cell.Tested.SelectMany(pair => new[] { pair.BaselineJob, pair.RunJob }).OfType<long>().Distinct().ToList();
        return $"'rebase results regrade JOB' grades it again with this program's, for each of the jobs {string.Join(", ", jobs.Take(8))}"
            + (jobs.Count > 8 ? $" and {jobs.Count - 8} more" : "");
    }

    static IEnumerable<(string Name, string Value, string Label)> Graders(PairedCell cell) => cell.Tested.SelectMany(pair =>
        pair.BaselineGraders.Select(version => (Grader, version, "baseline"))
            .Concat(pair.RunGraders.Select(version => (Grader, version, "run"))));

    static bool IsEngine(string name)
    {
        var end = name.IndexOf(Of, StringComparison.Ordinal);
        return s_engine.Contains(name) || end > 0 && s_engine.Contains(name[..end]);
    }

    // Without this, a model that moved to a server would have no fact in common with itself.
    static IEnumerable<(string Name, string Value)> Here(RanOn side, RunEnvironment environment)
    {
        if (environment.Policy.Server is null) yield return ($"server{Of}{side.Policy}", "none");
        if (side.Reward is not null && environment.Reward is { Server: null }) yield return ($"server{Of}{side.Reward}", "none");
    }

    // "CUDA0: a card" is a device of the kind CUDA.
    static IEnumerable<(string Name, string Value)> Kinds(RunEnvironment environment) => environment.Devices.Count == 0 ? [] :
    [
        (DeviceKinds, string.Join(" + ", environment.Devices.Select(device => device.Split(':')[0].TrimEnd("0123456789".ToCharArray()))
            .Distinct().Order(StringComparer.Ordinal))),
    ];
}
