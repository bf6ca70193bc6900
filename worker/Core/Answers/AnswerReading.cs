using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using RebaseBatch.Core.Answers.Canonical;
using RebaseBatch.Core.Answers.Notation;
using RebaseBatch.Core.Answers.Values;

namespace RebaseBatch.Core.Answers;

/// <summary>The meaning of an answer.</summary>
/// <param name="Key">Key of its class; empty when it says nothing.</param>
/// <param name="Definition">Key of the right side alone when the answer is of the form y = 2x + 3; else null.</param>
/// <param name="Work">The units of <see cref="Budget"/> that it took to read.</param>
sealed record AnswerReading(string Key, string? Definition, long Work)
{
    static readonly SearchValues<char> s_space = SearchValues.Create(" \t\r\n\v\f\u0085\u00A0\u2003\u3000");

    public static AnswerReading Of(string answer)
    {
        if (answer.Length > AnswerKey.LongestText)
        {
            answer = CollapseSpace(answer);
            if (answer.Length > AnswerKey.LongestText) return new(Digest(answer), null, 0);
        }
        var tokens = MathTokens.Of(answer);
        var text = MathTokens.Join(tokens, 0, tokens.Count, everyComma: true);
        if (text.Length == 0) return new("", null, 0);
        var budget = new Budget();
        try
        {
            var expression = Phrases.Of(text) ?? AnswerParser.Parse(tokens);
            var keys = new ExpressionKey(budget);
            return new(keys.Of(expression), RelationKey.Definition(expression) is { } side ? keys.Of(side) : null, budget.Spent);
        }
        catch (UnreadableException)
        {
            return new(Text(text), null, budget.Spent);
        }
    }

    /// <summary>
    /// In quotes, unlike every other key. Capital letters make no difference in words, but they do for single letters, which may be
    /// variables. 13 th is 13th.
    /// </summary>
    static string Text(string text)
    {
        var key = new StringBuilder(text.Length + 1).Append('"');
        for (var i = 0; i < text.Length; i++)
        {
            var (before, after) = (i > 0 ? text[i - 1] : ' ', i + 1 < text.Length ? text[i + 1] : ' ');
            if (text[i] == ' ' && char.IsLetter(before) != char.IsLetter(after)) continue;
            key.Append(char.IsLetter(before) || char.IsLetter(after) ? char.ToLowerInvariant(text[i]) : text[i]);
        }
        return key.ToString();
    }

    static string Digest(string text) => "\"" + Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(text.AsSpan())));

    static string CollapseSpace(string text)
    {
        var collapsed = new StringBuilder(text.Length);
        var rest = text.AsSpan().Trim();
        while (rest.IndexOfAny(s_space) is >= 0 and var space)
        {
            collapsed.Append(rest[..space]).Append(' ');
            rest = rest[space..].TrimStart();
        }
        return collapsed.Append(rest).ToString();
    }
}
