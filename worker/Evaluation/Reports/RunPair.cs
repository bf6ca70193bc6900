namespace RebaseBatch.Evaluation.Reports;

/// <summary>Two runs that are to be held against each other cell by cell, in the order in which they were named.</summary>
sealed record RunPair(NamedRun First, NamedRun Second)
{
    /// <returns>Null unless it is two runs. Two different jobs alone are none: they are held against each other whatever their settings.</returns>
    public static RunPair? Of(IReadOnlyList<NamedRun> runs) => runs switch
    {
        [{ Jobs: [var one] }, { Jobs: [var other] }] when one != other => null,
        [var first, var second] => new(first, second),
        _ => null,
    };

    /// <summary>The runs that these jobs are of, in words.</summary>
    public string NamesOf(IReadOnlyList<long> jobs) =>
        string.Join(" and ", new[] { First, Second }.Where(run => run.Jobs.Intersect(jobs).Any()).Select(run => run.Name));
}
