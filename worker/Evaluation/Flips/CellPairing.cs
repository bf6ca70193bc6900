namespace RebaseBatch.Evaluation.Flips;

/// <summary>Which jobs of two runs are compared with each other. Pure.</summary>
/// <param name="Cells">The cells that both runs have, each with its seeds, in the first run's order.</param>
/// <param name="Gaps">What only one run has, one line each.</param>
sealed record CellPairing(IReadOnlyList<(string Title, IReadOnlyList<FlipPair> Seeds)> Cells, IReadOnlyList<string> Gaps)
{
    /// <summary>
    /// A cell has the same problems, settings and models' names. If only the problems differ, and the dataset has the same name, it is
    /// still one cell: then some problems are in one run only. Two single jobs are compared even if their settings differ.
    /// </summary>
    /// <param name="first">Ended jobs.</param>
    public static CellPairing Of(FlipRun firstRun, IReadOnlyList<FlipJob> first, FlipRun secondRun, IReadOnlyList<FlipJob> second)
    {
        if (first is [var one] && second is [var other]) return new([(TitleOf(one, other), [new(one, other)])], []);
        var (left, right) = (CellsOf(first), CellsOf(second));
        var pairs = Matched(left, right, cell => (cell.DatasetKey, cell.SettingsKey));
        pairs.AddRange(Matched(
            left.Where(cell => !pairs.Exists(pair => pair.First == cell)), right.Where(cell => !pairs.Exists(pair => pair.Second == cell)),
            cell => cell.DatasetName is { } name ? (name, cell.SettingsKey) : (cell.DatasetKey, cell.SettingsKey)));
        var cells = pairs.Select(pair => (pair.First.Seeds[0].Title, Seeds: SeedsOf(pair.First, pair.Second))).ToList();
        return new(
            [.. cells.Where(cell => cell.Seeds.Count > 0).OrderBy(cell => left.FindIndex(one => one.Seeds.Contains(cell.Seeds[0].First)))],
            [
                .. left.SelectMany(cell => Alone(cell, pairs.Find(pair => pair.First == cell).Second, firstRun, secondRun)),
                .. right.SelectMany(cell => Alone(cell, pairs.Find(pair => pair.Second == cell).First, secondRun, firstRun)),
            ]);
    }

    /// <param name="Seeds">One job for each seed.</param>
    sealed record Cell(string DatasetKey, string? DatasetName, string SettingsKey, IReadOnlyList<FlipJob> Seeds);

    // A retried sweep may have several jobs of one cell and seed: a completed one counts before a cancelled one, then the newest.
    static List<Cell> CellsOf(IReadOnlyList<FlipJob> jobs) =>
    [
        .. jobs.GroupBy(job => (job.DatasetKey, job.SettingsKey)).Select(cell => new Cell(
            cell.Key.DatasetKey, cell.Last().DatasetName, cell.Key.SettingsKey,
            [
                .. cell.GroupBy(job => job.Spec.Seed).OrderBy(seed => seed.Key)
                    .Select(seed => seed.OrderBy(job => job.Completed).ThenBy(job => job.JobId).Last()),
            ])),
    ];

    static List<(Cell First, Cell Second)> Matched<T>(IEnumerable<Cell> first, IEnumerable<Cell> second, Func<Cell, T> key)
    {
        var by = second.ToLookup(key);
        return [.. first.GroupBy(key).SelectMany(cells => cells.Zip(by[cells.Key]))];
    }

    static IReadOnlyList<FlipPair> SeedsOf(Cell first, Cell second) =>
        [.. from one in first.Seeds join other in second.Seeds on one.Spec.Seed equals other.Spec.Seed select new FlipPair(one, other)];

    static IEnumerable<string> Alone(Cell cell, Cell? other, FlipRun run, FlipRun without)
    {
        if (other is null) return [$"{cell.Seeds[0].Title}: {without.Name} has no such cell"];
        return cell.Seeds.Where(job => !other.Seeds.Any(same => same.Spec.Seed == job.Spec.Seed))
            .Select(job => $"{job.Title}: only {run.Name} has seed {job.Spec.Seed}");
    }

    static string TitleOf(FlipJob first, FlipJob second) =>
        first.Title == second.Title ? first.Title : $"{first.Title} / {second.Title}";
}
