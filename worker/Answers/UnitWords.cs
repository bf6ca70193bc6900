namespace RebaseBatch.Answers;

/// <summary>
/// Tells the unit behind a number from words and symbols that change its value: <c>125 miles</c> and <c>15\text{ cm}^2</c> are 125 and
/// 15, but <c>10 million</c>, <c>12 PM</c>, <c>5 x</c> and <c>3 or more</c> are not plain numbers.
/// </summary>
static class UnitWords
{
    const int MostWords = 4; // "square feet per minute"

    static readonly HashSet<string> s_short = new(StringComparer.Ordinal)
    {
        "mm", "cm", "dm", "km", "mg", "kg", "lb", "oz", "ml", "mL", "cl", "dl", "kL", "ft", "in", "yd", "mi", "hr", "ms", "sq", "kW", "Hz",
    };

    static readonly HashSet<string> s_notUnits = new(StringComparer.OrdinalIgnoreCase)
    {
        // scale
        "half", "halves", "third", "thirds", "fourth", "fourths", "quarter", "quarters", "fifth", "fifths", "sixth", "sixths", "seventh",
        "sevenths", "eighth", "eighths", "ninth", "ninths", "tenth", "tenths", "hundredth", "hundredths", "thousandth", "thousandths",
        "hundred", "hundreds", "thousand", "thousands", "million", "millions", "billion", "billions", "trillion", "trillions",
        "dozen", "dozens", "double", "twice",
        // mathematics
        "sqrt", "sin", "cos", "tan", "cot", "sec", "csc", "log", "exp", "mod", "modulo", "base", "plus", "minus", "times", "over",
        "squared", "cubed", "factorial", "choose", "remainder", "infinity", "negative", "positive", "abc", "xyz", "i", "e",
        "st", "nd", "rd", "th",
        // time of day, and words that make a phrase of it
        "am", "pm", "noon", "midnight", "clock", "and", "or", "to", "if", "is", "not", "but", "than", "less", "more", "fewer", "least", "most",
        "with", "when", "where", "for", "from",
    };

    /// <summary>How many of <paramref name="tokens"/> stand before a trailing unit; -1 without one.</summary>
    public static int Before(IReadOnlyList<MathToken> tokens)
    {
        var end = WithoutPower(tokens);
        var start = end;
        while (start > 0 && (tokens[start - 1].IsLetter || tokens[start - 1].Text is "." or "/" or "-")) start--;
        while (start < end && !tokens[start].IsLetter) start++;
        return start < end && (tokens[start].Spaced || tokens[start].InText) && AreUnits(tokens, start, end) ? start : -1;
    }

    static int WithoutPower(IReadOnlyList<MathToken> tokens)
    {
        var n = tokens.Count;
        static bool IsPower(MathToken token) => token.Is("2") || token.Is("3");
        if (n > 2 && IsPower(tokens[n - 1]) && tokens[n - 2].Is("^")) return n - 2;
        if (n > 4 && tokens[n - 1].Is("}") && IsPower(tokens[n - 2]) && tokens[n - 3].Is("{") && tokens[n - 4].Is("^")) return n - 4;
        return n;
    }

    static bool AreUnits(IReadOnlyList<MathToken> tokens, int start, int end)
    {
        var words = 0;
        for (var at = start; at < end; words++)
        {
            var first = at++;
            while (at < end && tokens[at].IsLetter && !tokens[at].Spaced) at++;
            var rate = first > start && tokens[first - 1].Is("/"); // the h of km/h
            if (!IsUnit(MathTokens.Join(tokens, first, at, false), tokens[first].InText || rate)) return false;
            while (at < end && !tokens[at].IsLetter) at++;
            if (at < end && tokens[at - 1].Is(".") && !tokens[at].Spaced) return false; // a.m.
        }
        return words <= MostWords;
    }

    // A lone letter or two may be variables, unless the writer set them as text.
    static bool IsUnit(string word, bool text) => !s_notUnits.Contains(word) && (text || word.Length >= 3 || s_short.Contains(word));
}
