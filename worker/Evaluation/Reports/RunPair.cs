namespace RebaseBatch.Evaluation.Reports;

/// <summary>Two runs to compare cell by cell, in the order in which they were named.</summary>
sealed record RunPair(NamedRun First, NamedRun Second)
{
    /// <returns>Null unless there are two runs. Two single jobs are not a pair of runs: they are compared even if their
    /// settings differ.</returns>
    public static RunPair? Of(IReadOnlyList<NamedRun> runs) => runs switch
    {
        [{ Jobs: [var one] }, { Jobs: [var other] }] when one != other => null,
        [var first, var second] => new(first, second),
        _ => null,
    };

    /// <summary>The runs that these jobs belong to, in words.</summary>
    public string NamesOf(IReadOnlyList<long> jobs) =>
        string.Join(" and ", new[] { First, Second }.Where(run => run.Jobs.Intersect(jobs).Any()).Select(run => run.Name));
}
