using RebaseBatch.Core.Statistics;

namespace RebaseBatch.Evaluation.Flips;

/// <summary>Counts the problems of one cell, seed by seed. Of a problem it keeps its counts and no text. Pure.</summary>
sealed class FlipTally
{
    readonly Dictionary<string, PairedOutcome> _problems = [];
    readonly Dictionary<string, FlipGroup> _levels = [], _families = [];
    int _failed, _ungraded, _onlyFirst, _onlySecond, _lost, _won, _compared;

    public void Add(PairedProblem problem)
    {
        if (problem.IsUnpaired)
        {
            if (problem.First is { Answered: true }) _onlyFirst++;
            else _onlySecond++;
            return;
        }

        if (problem is not { First: { Answered: true } first, Second: { Answered: true } second }) return;
        if (first.Failed || second.Failed) _failed++;
        else if (first.Correct is not { } before || second.Correct is not { } after) _ungraded++;
        else Compare(problem, before, after);
    }

    public FlipCell ToCell(string title, IReadOnlyList<FlipPair> seeds) => new()
    {
        Title = title,
        Seeds = seeds,
        Outcomes = _problems.Count == 0 || seeds.All(seed => seed.IsSameJob) ? null : new([.. _problems.Values]),
        Failed = _failed,
        Ungraded = _ungraded,
        OnlyFirst = _onlyFirst,
        OnlySecond = _onlySecond,
        Lost = _lost,
        Won = _won,
        Compared = _compared,
        Groups = [.. InOrder(_levels.Values), .. InOrder(_families.Values)],
    };

    /// <summary>Groups of the same name together, levels before families, as in a cell.</summary>
    public static IReadOnlyList<FlipGroup> Sums(IEnumerable<FlipGroup> groups)
    {
        var sums = groups.GroupBy(group => group.Name).Select(alike => new FlipGroup(
            alike.Key, alike.Sum(group => group.Compared), alike.Sum(group => group.Lost), alike.Sum(group => group.Won))).ToList();
        return [.. InOrder(sums.Where(IsLevel)), .. InOrder(sums.Where(group => !IsLevel(group)))];
    }

    void Compare(PairedProblem problem, bool before, bool after)
    {
        _compared++;
        var (lost, won) = (before && !after ? 1 : 0, after && !before ? 1 : 0);
        (_lost, _won) = (_lost + lost, _won + won);
        // Ids differ between seeds, the content does not.
        _problems.TryGetValue(problem.Key, out var known);
        _problems[problem.Key] = new(known.First + (before ? 1 : 0), known.Second + (after ? 1 : 0), known.Seeds + 1);
        if (problem.Groups.Level is { } level) Count(_levels, $"{LevelMark}{level}", lost, won);
        if (problem.Groups.Family is { } family) Count(_families, $"family {family}", lost, won);
    }

    const string LevelMark = "level ";

    static void Count(Dictionary<string, FlipGroup> groups, string name, int lost, int won)
    {
        var known = groups.GetValueOrDefault(name) ?? new(name, 0, 0, 0);
        groups[name] = known with { Compared = known.Compared + 1, Lost = known.Lost + lost, Won = known.Won + won };
    }

    static bool IsLevel(FlipGroup group) => group.Name.StartsWith(LevelMark, StringComparison.Ordinal);

    // Level 10 comes after level 9.
    static IEnumerable<FlipGroup> InOrder(IEnumerable<FlipGroup> groups) =>
        groups.OrderBy(group => group.Name.Length * (IsLevel(group) ? 1 : 0)).ThenBy(group => group.Name, StringComparer.Ordinal);
}
