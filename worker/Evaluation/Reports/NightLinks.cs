namespace RebaseBatch.Evaluation.Reports;

/// <summary>Where a history's page finds what it does not show itself.</summary>
/// <param name="Report">The report of a sweep; null: it is not known.</param>
/// <param name="Flips">The problems that were lost and won between two sweeps, the baseline first; null like the report.</param>
sealed record NightLinks(Func<long, string?> Report, Func<long, long, string?> Flips)
{
    /// <summary>From <c>reports/schedules/NAME</c> of a worker's page.</summary>
    public static readonly NightLinks OnPage = new(sweep => $"../sweeps/{sweep}", (baseline, run) => $"../../{FlipsOf(baseline, run)}");

    /// <param name="report">The address of a sweep's report on a worker's page; null: no worker's page is known.</param>
    public static NightLinks To(Func<long, Uri?> report) => new(
        sweep => report(sweep)?.AbsoluteUri,
        (baseline, run) => report(run) is { } address ? new Uri(address, $"../../{FlipsOf(baseline, run)}").AbsoluteUri : null);

    static string FlipsOf(long baseline, long run) => $"flips?first=sweep:{baseline}&second=sweep:{run}";
}
