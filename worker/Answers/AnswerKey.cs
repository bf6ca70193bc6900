using System.Text;

namespace RebaseBatch.Answers;

/// <summary>
/// The class that an answer belongs to, as text: two answers are equal exactly when their keys are, so equality is transitive by
/// construction and a vote over classes is well defined. Numbers become lowest terms (<c>3.50</c>, <c>7/2</c> and <c>\frac{7}{2}</c>
/// are <c>7/2</c>), everything else its tokens without meaningless markup. A key is its own key.
/// </summary>
static class AnswerKey
{
    // The longest gold answer of MATH has under 200 characters. Beyond this it is no answer but a text, and comparing its letters
    // keeps the time for hostile input linear.
    internal const int LongestText = 1000;

    /// <returns>The key; empty for an answer that says nothing, such as <c>$$</c>.</returns>
    public static string Of(string answer)
    {
        if (answer.Length > LongestText)
        {
            answer = CollapseSpace(answer);
            if (answer.Length > LongestText) return answer;
        }
        var tokens = MathTokens.Of(answer);
        return NumberOf(tokens) is { } number ? number.ToString() : MathTokens.Join(tokens, 0, tokens.Count, everyComma: true);
    }

    /// <summary>The number that the whole answer is, also with a unit behind it, or a variable's name before it: <c>x = 5</c>.</summary>
    static Rational? NumberOf(IReadOnlyList<MathToken> tokens)
    {
        var start = tokens is [{ IsLetter: true }, { Text: "=" }, ..] ? 2 : 0;
        if (NumberReader.TryRead(MathTokens.Join(tokens, start, tokens.Count, false), out var number)) return number;
        var end = UnitWords.Before(tokens);
        return end > start && NumberReader.TryRead(MathTokens.Join(tokens, start, end, false), out number) ? number : null;
    }

    static string CollapseSpace(string text)
    {
        var collapsed = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (!char.IsWhiteSpace(c)) collapsed.Append(c);
            else if (collapsed.Length > 0 && collapsed[^1] != ' ') collapsed.Append(' ');
        }
        return collapsed.ToString().TrimEnd();
    }
}
