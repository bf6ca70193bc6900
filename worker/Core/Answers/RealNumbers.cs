using RebaseBatch.Core.Answers.Canonical;
using RebaseBatch.Core.Answers.Notation;
using RebaseBatch.Core.Answers.Values;

namespace RebaseBatch.Core.Answers;

/// <summary>The real constants that an answer lists, each as a fraction, in its order; each choice of a ± is one.</summary>
/// <param name="Variable">The letter of x = 5; null for other answers.</param>
sealed record RealNumbers(IReadOnlyList<Rational> Values, string? Variable)
{
    public int Count => Values.Count;

    /// <returns>Null for an answer that has anything else, or more than so many.</returns>
    public static RealNumbers? Of(string answer, int most)
    {
        if (answer.Length > AnswerKey.LongestText) return null;
        var tokens = MathTokens.Of(answer);
        var keys = new ExpressionKey(new Budget());
        if (Read(tokens, keys, most) is { } numbers) return numbers;
        // |AB| = 3.1, x + y = 3.1: what stands behind the left side, unless other values contradict it.
        return AnswerReading.Of(answer).Value is not null && LeftSides.LastSide(tokens) is { } side
            ? Read(side, keys, most) is { } behind ? behind with { Variable = null } : null
            : null;
    }

    static RealNumbers? Read(IReadOnlyList<MathToken> tokens, ExpressionKey keys, int most)
    {
        try
        {
            var expression = AnswerParser.Parse(tokens);
            var values = new List<Rational>();
            foreach (var number in keys.Numbers(expression))
            {
                if (number is not { } value || values.Count == most) return null;
                values.Add(value);
            }
            return new(values, RelationKey.ValuedVariable(expression));
        }
        catch (UnreadableException)
        {
            return null;
        }
    }
}
