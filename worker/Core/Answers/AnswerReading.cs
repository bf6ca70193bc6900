using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using RebaseBatch.Core.Answers.Canonical;
using RebaseBatch.Core.Answers.Notation;
using RebaseBatch.Core.Answers.Values;

namespace RebaseBatch.Core.Answers;

/// <summary>The meaning of an answer.</summary>
/// <param name="Key">Key of its class; empty when it says nothing.</param>
/// <param name="Definition">Key of the right side alone when the answer is of the form y = 2x + 3; else null.</param>
/// <param name="Work">The units of <see cref="Budget"/> that it took to read.</param>
sealed partial record AnswerReading(string Key, string? Definition, long Work)
{
    /// <summary>Key of the value that the answer states behind a left side of any kind; else null.</summary>
    public string? Value { get; private init; }

    /// <summary>The real constant that it is; else null.</summary>
    public RoundedValue? Rounded { get; private init; }

    /// <summary>The variable of x = 5; else null.</summary>
    public string? Variable { get; private init; }

    /// <summary>Whether it is an equation that still has to be solved, such as 3x + 1 = 16.</summary>
    public bool IsUnsolved { get; private init; }

    /// <summary>The letter and the text of a choice such as <c>(B) 2</c>; else null.</summary>
    public (AnswerReading Letter, AnswerReading Text)? Choice { get; private init; }

    static readonly SearchValues<char> s_space = SearchValues.Create(" \t\r\n\v\f\u0085\u00A0\u2003\u3000");

    public static AnswerReading Of(string answer)
    {
        var reading = OfOne(answer);
        var choice = ChoiceForm().Match(answer);
        return choice.Success
            ? reading with { Choice = (OfOne(choice.Groups["letter"].Value), OfOne(choice.Groups["text"].Value)) } : reading;
    }

    static AnswerReading OfOne(string answer)
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
        var keys = new ExpressionKey(budget);
        Expression? expression = null;
        string? key = null, definition = null, value = null;
        RoundedValue? rounded = null;
        try
        {
            expression = Phrases.Of(text) ?? AnswerParser.Parse(tokens);
            definition = RelationKey.Definition(expression) is { } side ? keys.Of(side) : null;
            key = keys.Of(expression);
            value = LeftSides.Value(tokens, expression, keys);
            rounded = keys.Rounded(expression);
        }
        catch (UnreadableException)
        {
            if (key is null) (definition, value) = (null, LeftSides.Value(tokens, null, keys));
        }
        return new(key ?? Text(text), definition, budget.Spent)
        {
            Value = value,
            Rounded = rounded,
            Variable = key is not null && expression is not null ? RelationKey.ValuedVariable(expression) : null,
            IsUnsolved = key is not null && expression is not null && RelationKey.IsUnsolved(expression),
        };
    }

    /// <summary>
    /// In quotes, unlike every other key. Capital letters make no difference in words, but they do for single letters, which may be
    /// variables. 13 th is 13th.
    /// </summary>
    internal static string Text(string text)
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

    [GeneratedRegex(@"^\s*\((?<letter>[A-Z])\)\s+(?<text>\S.*)$", RegexOptions.NonBacktracking | RegexOptions.Singleline)]
    private static partial Regex ChoiceForm();

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
