using System.Diagnostics.Metrics;

namespace RebaseBatch.Solving;

/// <summary>
/// The work of this worker's searches. Steps and tokens are read from <see cref="SearchesInFlight"/> whenever the metrics are collected.
/// </summary>
sealed class SearchMetrics
{
    readonly Counter<long> _problems, _restarts;

    public SearchMetrics(Meter meter, SearchesInFlight searches)
    {
        meter.CreateObservableUpDownCounter("rebasebatch.searches.active", () => searches.Count, "{search}", "Searches in flight.");
        meter.CreateObservableCounter("rebasebatch.search.steps", () => searches.Steps, "{step}", "Steps sampled and scored.");
        meter.CreateObservableCounter(
            "rebasebatch.search.tokens", () => searches.SampledTokens, "{token}", "Policy tokens of those steps.");
        _restarts = meter.CreateCounter<long>("rebasebatch.search.restarts", "{search}",
            "Searches begun anew because their stored steps could not be continued.");
        _problems = meter.CreateCounter<long>("rebasebatch.problems", "{problem}",
            "Problems with a search that ended here, solved or failed. If another attempt at the batch ends it again, it counts again.");
    }

    public void Restarted() => _restarts.Add(1);

    public void Solved() => Count("solved");

    public void Failed() => Count("failed");

    void Count(string outcome) => _problems.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
}
