using RebaseBatch.Core.Answers.Values;

namespace RebaseBatch.Core.Answers.Canonical;

/// <summary>
/// The real numbers between two bounds; each bound may be included. Never empty. For a single number both bounds are that number.
/// </summary>
readonly record struct Interval(Bound Low, bool LowClosed, Bound High, bool HighClosed)
{
    public bool IsPoint => LowClosed && HighClosed && Low == High;

    /// <returns>Null when it would be empty.</returns>
    public static Interval? Create(Bound low, bool lowClosed, Bound high, bool highClosed, Arithmetic arithmetic)
    {
        (lowClosed, highClosed) = (lowClosed && low.Infinity == 0, highClosed && high.Infinity == 0);
        var order = low.CompareTo(high, arithmetic);
        if (order > 0 || (order == 0 && !(lowClosed && highClosed))) return null;
        return new(low, lowClosed, order == 0 ? low : high, highClosed);
    }

    public override string ToString() => IsPoint ? $"{Low}" : $"{(LowClosed ? '[' : '(')}{Low}, {High}{(HighClosed ? ']' : ')')}";
}
