using RebaseBatch.Core.Answers.Values;

namespace RebaseBatch.Core.Answers.Canonical;

/// <summary>An end of an interval: a real number, or infinity with a sign.</summary>
/// <param name="Value">Null at infinity.</param>
/// <param name="Infinity">-1, 0 or 1.</param>
readonly record struct Bound(Value? Value, int Infinity)
{
    public static readonly Bound Least = new(null, -1);
    public static readonly Bound Greatest = new(null, 1);

    public int CompareTo(Bound other, Arithmetic arithmetic) => Value is { } a && other.Value is { } b
        ? arithmetic.Compare(a, b)
        : Infinity.CompareTo(other.Infinity);

    public override string ToString() => Value is { } value ? ValueText.Of(value) : Infinity < 0 ? "-∞" : "∞";
}
