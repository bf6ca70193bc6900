using System.Text.Json;
using RebaseBatch.Contracts;

namespace RebaseBatch.Evaluation.Reports;

/// <summary>The names of series: as short as possible while they stay different.</summary>
sealed class SeriesNames
{
    readonly Dictionary<MeasuredModel, string> _models = [];
    readonly Dictionary<Series, string> _settings = [];

    SeriesNames() { }

    public static SeriesNames Of(IEnumerable<Series> lines)
    {
        var (names, all) = (new SeriesNames(), lines.Distinct().ToList());
        foreach (var alike in all.SelectMany(line => new[] { line.Policy, line.Reward }).OfType<MeasuredModel>().Distinct()
            .GroupBy(model => model.Name))
            foreach (var model in alike) names._models[model] = alike.Count() == 1
                ? model.Name : $"{model.Name} {model.Sha256[..Math.Min(8, model.Sha256.Length)]}";
        foreach (var alike in all.GroupBy(line => (line.Policy, line.Strategy, line.Vote)))
            foreach (var line in alike) names._settings[line] = names.Differences(line, [.. alike]);
        return names;
    }

    public string Policy(Series line) => _models[line.Policy];

    public string Reward(Series line) => line.Reward is { } reward ? _models[reward] : "";

    /// <summary><c>rebase, weighted</c>; with what differs from another series of that name, if there is one.</summary>
    public string Search(Series line) => $"{StrategyOf(line)}, {VoteOf(line)}";

    /// <summary>The strategy, with what differs from another series of the same policy and vote.</summary>
    public string StrategyOf(Series line) => StrategyVariant.NameOf(line.Settings, [_settings[line]]);

    /// <summary><c>weighted</c>, <c>weighted (min)</c>: the default, the last step's score, is not named.</summary>
    public static string VoteOf(Series line) => line.Strategy is SearchStrategy.Greedy ? "single"
        : line.Vote.Aggregation is { } aggregation and not ScoreAggregation.Last ? $"{Name(line.Vote.Method)} ({Name(aggregation)})"
        : Name(line.Vote.Method);

    public string Of(Series line) => $"{Policy(line)}, {Search(line)}";

    public string Of(MeasuredPoint point) => Of(point.Series, point.Width);

    public string Of(Series line, int width) => $"{Policy(line)}, {StrategyOf(line)} {width}, {VoteOf(line)}";

    public static string Name<T>(T member) where T : struct, Enum => StoredNames.Of(member).Replace('_', '-');

    string Differences(Series line, IReadOnlyList<Series> alike)
    {
        if (alike.Count == 1) return "";
        var parts = new List<string>();
        if (alike.Select(other => other.Reward).Distinct().Count() > 1)
            parts.Add(Reward(line) is { Length: > 0 } reward ? reward : "unscored");
        var values =
            alike.ToDictionary(other => other, other => JsonSerializer.SerializeToElement(other.Settings, ContractsJson.Default.JobSpec));
        foreach (var property in values[line].EnumerateObject())
        {
            if (StrategyVariant.Settings.Contains(property.Name)) continue;
            if (values.Values.Select(other => other.GetProperty(property.Name).ToString()).Distinct().Count() == 1) continue;
            parts.Add($"{property.Name.Replace('_', ' ')} "
                + $"{(property.Value.ValueKind is JsonValueKind.Null ? "none" : property.Value.ToString())}");
        }

        return string.Join(", ", parts);
    }
}
