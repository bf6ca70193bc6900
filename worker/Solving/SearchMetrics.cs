using System.Diagnostics.Metrics;
using RebaseBatch.Contracts;

namespace RebaseBatch.Solving;

/// <summary>
/// The work of this worker's searches. Steps and tokens are read from <see cref="SearchesInFlight"/> whenever the metrics are collected.
/// </summary>
sealed class SearchMetrics
{
    readonly Counter<long> _problems, _restarts, _unanswered;

    public SearchMetrics(Meter meter, SearchesInFlight searches)
    {
        meter.CreateObservableUpDownCounter("rebasebatch.searches.active", () => searches.Count, "{search}", "Searches in flight.");
        meter.CreateObservableCounter("rebasebatch.search.steps", () => searches.Steps, "{step}", "Steps sampled and scored.");
        meter.CreateObservableCounter(
            "rebasebatch.search.tokens", () => searches.SampledTokens, "{token}", "Policy tokens of those steps.");
        _restarts = meter.CreateCounter<long>("rebasebatch.search.restarts", "{search}",
            "Searches begun anew because their stored steps could not be continued.");
        _unanswered = meter.CreateCounter<long>("rebasebatch.problems.unanswered", "{problem}",
            "Solved problems that have no answer, by main cause.");
        _problems = meter.CreateCounter<long>("rebasebatch.problems", "{problem}",
            "Problems with a search that ended here, solved or failed. If another attempt at the batch ends it again, it counts again.");
    }

    public void Restarted() => _restarts.Add(1);

    /// <param name="unanswered">Why it has no answer; null when it has one.</param>
    public void Solved(UnansweredCause? unanswered)
    {
        Count("solved");
        if (unanswered is { } cause) _unanswered.Add(1, new KeyValuePair<string, object?>("cause", StoredNames.Of(cause)));
    }

    public void Failed() => Count("failed");

    void Count(string outcome) => _problems.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
}
