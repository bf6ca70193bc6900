using System.Buffers;
using System.Collections.Frozen;

namespace RebaseBatch.Core.Answers.Notation;

/// <summary>
/// Tells the unit after a number from words and symbols that change its value: <c>125 miles</c> and <c>15\text{ cm}^2</c> are 125 and
/// 15, but <c>12 PM</c>, <c>5 x</c> and <c>3 or more</c> are not plain numbers.
/// </summary>
static class UnitWords
{
    const int MostWords = 4; // "square feet per minute"

    static readonly SearchValues<char> s_vowels = SearchValues.Create("aeiouyAEIOUY");

    static readonly FrozenSet<string> s_short = FrozenSet.ToFrozenSet(
    [
        "mm", "cm", "dm", "km", "mg", "kg", "lb", "oz", "ml", "mL", "cl", "dl", "kL", "ft", "in", "yd", "mi", "hr", "ms", "sq", "kW", "Hz",
        "mph", "kph", "rpm", "lbs", "hrs", "yds", "kms", "cms", "kWh",
    ], StringComparer.Ordinal);

    static readonly FrozenSet<string> s_notUnits = FrozenSet.ToFrozenSet(
    [
        // scale
        "half", "halves", "third", "thirds", "fourth", "fourths", "quarter", "quarters", "fifth", "fifths", "sixth", "sixths", "seventh",
        "sevenths", "eighth", "eighths", "ninth", "ninths", "tenth", "tenths", "hundredth", "hundredths", "thousandth", "thousandths",
        "hundred", "hundreds", "thousand", "thousands", "million", "millions", "billion", "billions", "trillion", "trillions",
        "dozen", "dozens", "double", "twice",
        // mathematics
        "sqrt", "sin", "cos", "tan", "cot", "csc", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "log", "exp", "max",
        "gcd", "lcm", "mod", "modulo", "base", "plus", "minus", "times", "over", "divided", "squared", "cubed", "factorial", "choose",
        "remainder", "inf", "infinity", "negative", "positive", "abc", "xyz", "i", "e", "st", "nd", "rd", "th",
        "alpha", "beta", "gamma", "delta", "theta", "lambda", "sigma", "omega", "phi",
        // time of day, and words that make a phrase of it
        "am", "pm", "noon", "midnight", "clock", "and", "or", "to", "if", "is", "not", "but", "than", "less", "more", "fewer",
        "least", "most", "with", "when", "where", "for", "from", "unless", "except", "because", "since", "are", "was", "were", "does",
        // words that say whether the number holds, or how many there are
        "true", "false", "wrong", "incorrect", "invalid", "undefined", "impossible", "unknown", "none", "nothing", "never", "always",
        "infinite", "infinitely", "prime", "even", "odd", "score", "gross", "tens",
    ], StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// How many of <paramref name="tokens"/>, beginning at <paramref name="start"/>, form a unit; 0 when there is no unit.
    /// </summary>
    public static int LengthAt(IReadOnlyList<MathToken> tokens, int start)
    {
        if (start >= tokens.Count || !(tokens[start].Spaced || tokens[start].InText)) return 0;
        var (at, end, rate) = (start, start, false);
        for (var words = 0; ; words++)
        {
            var word = WordAt(tokens, at);
            if (word is "or" or "and" && words > 0) break;
            if (words == MostWords || !IsUnit(word, at < tokens.Count && (tokens[at].InText || rate))) return 0;
            at += word.Length;
            // 5 sec is a time, 5 sec(x) a function.
            if (word is "min" or "sec" && at < tokens.Count && tokens[at] is { Text: "(" or "{" or "|" } or { IsCommand: true }) return 0;
            if (at < tokens.Count && tokens[at].Is("."))
            {
                at++; // sq. ft.
                if (at < tokens.Count && tokens[at].IsWord && !tokens[at].Spaced) return 0; // a.m.
            }
            at += PowerLength(tokens, at);
            end = at;
            rate = at < tokens.Count && tokens[at].Text is "/" or "-";
            if (rate && at + 1 < tokens.Count && tokens[at + 1].IsLetter) at++; // km/h, man-hours
            else if (at >= tokens.Count || !tokens[at].IsLetter) break;
        }
        return end - start;
    }

    /// <summary>The letters that follow without a gap; empty when there are none.</summary>
    public static string WordAt(IReadOnlyList<MathToken> tokens, int start)
    {
        var end = start;
        while (end < tokens.Count && tokens[end].IsLetter && (end == start || !tokens[end].Spaced)) end++;
        return MathTokens.Join(tokens, start, end, false);
    }

    static int PowerLength(IReadOnlyList<MathToken> tokens, int at)
    {
        static bool IsPower(MathToken token) => token.Text is "1" or "2" or "3";
        if (at + 1 >= tokens.Count || !tokens[at].Is("^")) return 0;
        if (IsPower(tokens[at + 1])) return 2;
        if (!tokens[at + 1].Is("{")) return 0;
        var digit = at + 2 < tokens.Count && tokens[at + 2].Is("-") ? at + 3 : at + 2;
        return digit + 1 < tokens.Count && IsPower(tokens[digit]) && tokens[digit + 1].Is("}") ? digit + 2 - at : 0;
    }

    // One or two letters alone may be variables, and so may consonants (5 pqr), unless the writer set them as text.
    static bool IsUnit(string word, bool text) =>
        word.Length > 0 && !s_notUnits.Contains(word)
        && (text || s_short.Contains(word) || (word.Length >= 3 && word.AsSpan().ContainsAny(s_vowels)));
}
