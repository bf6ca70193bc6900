using RebaseBatch.Durable.Batches;

namespace RebaseBatch.Tests.Durable.Batches;

/// <summary>
/// The order of claims as plain code: what <c>ClaimOrder</c> says in SQL, without caps, windows and batches that run alone. One test holds
/// the two against each other on a real database; the others simulate weeks with this one.
/// </summary>
static class ClaimModel
{
    /// <summary>The batches that a claim takes, in its order.</summary>
    /// <param name="lines">Those with a due batch.</param>
    /// <param name="served">When a line of each priority was last served.</param>
    /// <param name="clock">The greatest start that any line ever had.</param>
    public static IReadOnlyList<(WaitingLine Line, WaitingBatch Batch)> Next(
        IReadOnlyList<WaitingLine> lines, IReadOnlyDictionary<int, DateTime> served, double clock, DateTime now, int limit) =>
    [
        .. lines.GroupBy(line => line.Priority).SelectMany(level =>
            {
                var aged = level.Key + Points(level, served, now);
                return InLevel([.. level], clock, limit).Select((place, no) => (place, Rank: no == 0 ? aged : level.Key, no));
            })
            .OrderByDescending(seat => seat.Rank).ThenByDescending(seat => seat.place.Line.Priority).ThenBy(seat => seat.no)
            .Take(limit).Select(seat => seat.place),
    ];

    /// <summary>How long no line of the priority was served, although one waited.</summary>
    public static TimeSpan Waited(IEnumerable<WaitingLine> level, IReadOnlyDictionary<int, DateTime> served, DateTime now)
    {
        var lines = level.ToList();
        var due = lines.Min(line => line.Due.First().RunAt);
        return now - (served.TryGetValue(lines[0].Priority, out var last) && last > due ? last : due);
    }

    /// <summary>Counts what a claim took of a line.</summary>
    public static void Serve(WaitingLine line, double clock, int batches)
    {
        var first = Math.Max(line.Pass, Math.Max(line.TeamPass, clock));
        line.Start = first + (batches - 1) / line.Weight;
        line.Pass = first + batches / line.Weight;
    }

    static double Points(IEnumerable<WaitingLine> level, IReadOnlyDictionary<int, DateTime> served, DateTime now) =>
        Math.Max(0, Math.Floor(Waited(level, served, now) / ClaimOrder.OnePoint));

    static IEnumerable<(WaitingLine Line, WaitingBatch Batch)> InLevel(IReadOnlyList<WaitingLine> lines, double clock, int limit)
    {
        var (batches, weight) = (lines.Sum(line => line.Running) + limit, lines.Sum(line => line.Weight));
        return lines
            .SelectMany(line => line.Due.Take(limit).Select((batch, no) => (
                Line: line, Batch: batch,
                IsOver: line.Running + no >= line.Weight * batches / weight,
                Start: Math.Max(line.TeamPass, clock) + no / line.Weight)))
            .OrderBy(place => place.IsOver).ThenBy(place => place.Start).ThenBy(place => place.Batch.RunAt).ThenBy(place => place.Batch.Id)
            .Select(place => (place.Line, place.Batch));
    }
}
