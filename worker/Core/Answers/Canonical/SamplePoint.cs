using RebaseBatch.Core.Answers.Values;

namespace RebaseBatch.Core.Answers.Canonical;

/// <summary>
/// The fixed points at which terms with variables are compared: small fractions that no answer is built around, drawn from the
/// variable's name. Exact arithmetic at these points tells two polynomials or rational functions apart unless their difference
/// vanishes at all of them (Schwartz and Zippel).
/// </summary>
static class SamplePoint
{
    public const int Count = 5;

    static readonly int[] s_denominators = [7, 11, 13, 17, 19];

    /// <summary>Positive at the first points. Each variable is negative at one of the last two; otherwise |x| would equal x.</summary>
    public static Value Of(string variable, int point)
    {
        var value = Opaque(variable, point);
        var negative = point - (Count - 2) == variable[^1] % 2;
        return Value.Of(negative ? -value : value);
    }

    /// <summary>A value for a term without one, such as f(x): the same for the same text.</summary>
    public static Rational Opaque(string text, int point)
    {
        var hash = 14695981039346656037UL; // FNV-1a, stable over processes and platforms
        foreach (var c in text) hash = (hash ^ c) * 1099511628211UL;
        hash = (hash ^ (ulong)point) * 1099511628211UL;
        hash ^= hash >> 29;
        var denominator = s_denominators[hash % 5];
        var numerator = 2 + (int)(hash / 5 % 89);
        return new(numerator % denominator == 0 ? numerator + 1 : numerator, denominator);
    }
}
