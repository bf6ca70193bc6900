using RebaseBatch.Core.Answers.Values;

namespace RebaseBatch.Core.Answers.Canonical;

/// <summary>
/// A set of real numbers: intervals in ascending order that neither touch nor overlap, so that equal sets are equal lists.
/// </summary>
sealed class RealSet
{
    const int MostIntervals = 100;

    readonly Arithmetic _arithmetic;

    public RealSet(IEnumerable<Interval> intervals, Arithmetic arithmetic)
    {
        _arithmetic = arithmetic;
        List<Interval> merged = [];
        foreach (var next in Sorted(intervals))
        {
            if (merged is [.., var last] && Touch(last, next)) merged[^1] = Merged(last, next);
            else merged.Add(next);
        }
        Intervals = merged;
    }

    public IReadOnlyList<Interval> Intervals { get; }

    public static RealSet All(Arithmetic arithmetic) => new([new(Bound.Least, false, Bound.Greatest, false)], arithmetic);

    public RealSet Union(RealSet other) => new(Intervals.Concat(other.Intervals), _arithmetic);

    public RealSet Intersect(RealSet other) => new(
        from a in Intervals
        from b in other.Intervals
        let low = CompareLow(a, b) >= 0 ? a : b
        let high = CompareHigh(a, b) <= 0 ? a : b
        let common = Interval.Create(low.Low, low.LowClosed, high.High, high.HighClosed, _arithmetic)
        where common is not null
        select common.Value, _arithmetic);

    public RealSet Complement()
    {
        List<Interval?> gaps = [];
        var (low, closed) = (Bound.Least, false);
        foreach (var interval in Intervals)
        {
            gaps.Add(Interval.Create(low, closed, interval.Low, !interval.LowClosed, _arithmetic));
            (low, closed) = (interval.High, !interval.HighClosed);
        }
        gaps.Add(Interval.Create(low, closed, Bound.Greatest, false, _arithmetic));
        return new(gaps.OfType<Interval>(), _arithmetic);
    }

    /// <summary>By insertion, because .NET's sort wraps the exceptions of a comparison.</summary>
    List<Interval> Sorted(IEnumerable<Interval> intervals)
    {
        List<Interval> sorted = [];
        foreach (var interval in intervals)
        {
            if (sorted.Count == MostIntervals) throw new UnreadableException("too many intervals");
            var at = sorted.Count;
            while (at > 0 && CompareLow(sorted[at - 1], interval) > 0) at--;
            sorted.Insert(at, interval);
        }
        return sorted;
    }

    int CompareLow(Interval a, Interval b) =>
        a.Low.CompareTo(b.Low, _arithmetic) is not 0 and var order ? order : b.LowClosed.CompareTo(a.LowClosed);

    int CompareHigh(Interval a, Interval b) =>
        a.High.CompareTo(b.High, _arithmetic) is not 0 and var order ? order : a.HighClosed.CompareTo(b.HighClosed);

    bool Touch(Interval a, Interval b)
    {
        var order = b.Low.CompareTo(a.High, _arithmetic);
        return order < 0 || (order == 0 && (a.HighClosed || b.LowClosed));
    }

    Interval Merged(Interval a, Interval b) => CompareHigh(a, b) >= 0 ? a : a with { High = b.High, HighClosed = b.HighClosed };
}
