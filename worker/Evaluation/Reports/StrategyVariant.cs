using System.Globalization;
using RebaseBatch.Contracts;

namespace RebaseBatch.Evaluation.Reports;

/// <summary>Names a search by its strategy and by the settings that make another search of it.</summary>
static class StrategyVariant
{
    /// <summary>Names of the settings that <see cref="PartsOf"/> tells.</summary>
    public static IReadOnlySet<string> Settings { get; } =
        new HashSet<string> { "lookahead", "score_every", "annealing", "stop_at_confidence" };

    /// <summary><c>beam (lookahead 2)</c>; the strategy's name alone for the plain search.</summary>
    public static string NameOf(JobSpec spec) => NameOf(spec, []);

    /// <param name="further">What else is to be told of it.</param>
    public static string NameOf(JobSpec spec, IEnumerable<string> further) =>
        string.Join(", ", PartsOf(spec).Concat(further).Where(part => part.Length > 0)) is { Length: > 0 } parts
            ? $"{SeriesNames.Name(spec.Strategy)} ({parts})" : SeriesNames.Name(spec.Strategy);

    static IEnumerable<string> PartsOf(JobSpec spec)
    {
        if (spec.Lookahead > 0) yield return $"lookahead {spec.Lookahead}";
        if (spec.ScoreEvery > 1) yield return $"score every {spec.ScoreEvery}";
        if (spec is { Strategy: SearchStrategy.Particles, Annealing: true }) yield return "annealing";
        if (spec.StopAtConfidence is { } confidence)
            yield return string.Create(CultureInfo.InvariantCulture, $"stop at confidence {confidence}");
    }
}
