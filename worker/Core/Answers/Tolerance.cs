using System.Globalization;
using System.Numerics;
using RebaseBatch.Core.Answers.Values;

namespace RebaseBatch.Core.Answers;

/// <summary>
/// How far an answer may be from a gold answer that is a number or a list of numbers: an absolute difference, its end included, as in
/// OlympiadBench's judge (which multiplies it by 1.01, because it calculates in doubles). It is for grading only and never for votes: 3.0
/// and 3.2 may both be right for 3.1, and are two answers.
/// </summary>
sealed class Tolerance
{
    // Longer lists are compared by their keys alone.
    const int MostItems = 32;

    readonly IReadOnlyList<Rational> _limits;

    Tolerance(IReadOnlyList<Rational> limits) => _limits = limits;

    /// <param name="text">As <see cref="Normal"/> gives it; null for none.</param>
    /// <returns>Null where nothing is tolerated.</returns>
    public static Tolerance? Of(string? text) =>
        text is not null && Limits(text) is { } limits && limits.Any(limit => limit > 0) ? new([.. limits.Select(Exact)]) : null;

    /// <summary>
    /// Numbers from 0 on, one for all items of the gold answer or one for each, with commas between them; an empty one is 0.
    /// </summary>
    /// <returns>The numbers written out, such as <c>0.1, 0</c> for <c>1e-1,</c>; null when the text is something else.</returns>
    public static string? Normal(string text) =>
        Limits(text) is { } limits ? string.Join(", ", limits.Select(limit => limit.ToString(CultureInfo.InvariantCulture))) : null;

    /// <summary>Whether each number of the answer is near enough to another one of the gold answer's. Both have equally many.</summary>
    public bool Covers(string answer, string gold)
    {
        if (RealNumbers.Of(gold, MostItems) is not { Count: > 0 } right || RealNumbers.Of(answer, MostItems) is not { } given) return false;
        if (given.Count != right.Count || (given.Variable is { } a && right.Variable is { } b && a != b)) return false;
        // Which one is near to which may be open, so partners are changed until each has one (H. W. Kuhn, 1955).
        var partner = new int?[right.Count];
        return Enumerable.Range(0, given.Count).All(item => Find(item, new bool[right.Count]));

        bool Find(int item, bool[] asked)
        {
            for (var other = 0; other < right.Count; other++)
            {
                if (asked[other] || !IsNear(given.Values[item], right.Values[other], Limit(other, right.Count))) continue;
                asked[other] = true;
                if (partner[other] is { } rival && !Find(rival, asked)) continue;
                partner[other] = item;
                return true;
            }
            return false;
        }
    }

    Rational Limit(int item, int count) =>
        _limits.Count == 1 ? _limits[0] : _limits.Count == count ? _limits[item] : 0;

    static bool IsNear(Rational answer, Rational gold, Rational limit)
    {
        var difference = answer - gold;
        return (difference.Sign < 0 ? -difference : difference).CompareTo(limit) <= 0;
    }

    static List<decimal>? Limits(string text)
    {
        var limits = new List<decimal>();
        foreach (var part in text.Split(','))
        {
            var limit = 0m;
            if (!string.IsNullOrWhiteSpace(part)
                && (!decimal.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out limit) || limit < 0)) return null;
            limits.Add(limit);
        }
        return limits.Count <= MostItems && !string.IsNullOrWhiteSpace(text) ? limits : null;
    }

    static Rational Exact(decimal value)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        var digits = ((BigInteger)(uint)bits[2] << 64) | ((BigInteger)(uint)bits[1] << 32) | (uint)bits[0];
        return new(digits, BigInteger.Pow(10, value.Scale));
    }
}
