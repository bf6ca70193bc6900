using RebaseBatch.Core.Answers.Canonical;
using RebaseBatch.Core.Answers.Notation;
using RebaseBatch.Core.Answers.Values;

namespace RebaseBatch.Core.Answers;

/// <summary>
/// The value that an answer states behind a left side of any kind: <c>|AB|=1</c>, <c>\text{Area}=5</c>, <c>x+y=5</c>,
/// <c>S_1:S_2=7:32</c>, <c>0&lt;f(x)&lt;1</c>. Used against a gold answer that is a value, and not in votes: x+y=5 as a line is not 5.
/// </summary>
static class LeftSides
{
    static readonly string[] s_conditions = ["not", "no", "if", "or", "and", "unless", "except", "false", "when"];

    /// <returns>Key of the value; null when the answer states none.</returns>
    public static string? Value(IReadOnlyList<MathToken> tokens, Expression? expression, ExpressionKey keys) =>
        Sides(tokens) is { } sides ? Stated(sides, keys) : expression is null ? null : Range(expression, keys);

    /// <summary>What stands behind the last equals sign; null for anything but an equation or a chain of equations.</summary>
    public static IReadOnlyList<MathToken>? LastSide(IReadOnlyList<MathToken> tokens) => Sides(tokens)?[^1];

    /// <summary>The sides of an equation or of a chain of equations; null for anything else.</summary>
    static List<IReadOnlyList<MathToken>>? Sides(IReadOnlyList<MathToken> tokens)
    {
        List<IReadOnlyList<MathToken>> sides = [];
        var (start, depth) = (0, 0);
        for (var i = 0; i < tokens.Count; i++)
        {
            switch (tokens[i].Text)
            {
                case "(" or "[" or "{" or "\\{": depth++; break;
                case ")" or "]" or "}" or "\\}": depth--; break;
                case "<" or ">" or "!" or "\\le" or "\\ge" or "\\ne" or "," or ";" or "\\vee" or "\\wedge"
                    when depth == 0 && sides.Count == 0:
                    return null;
                case "=" when depth == 0:
                    sides.Add([.. tokens.Skip(start).Take(i - start)]);
                    start = i + 1;
                    break;
            }
        }
        if (sides.Count == 0 || start == tokens.Count) return null;
        sides.Add([.. tokens.Skip(start)]);
        return IsNamed(sides[0]) ? sides : null;
    }

    static bool IsNamed(IReadOnlyList<MathToken> side)
    {
        var named = false;
        for (var i = 0; i < side.Count; i++)
        {
            if (!side[i].IsLetter) continue;
            named = true;
            if (i > 0 && side[i - 1].IsLetter && !side[i].Spaced) continue;
            if (s_conditions.Contains(UnitWords.WordAt(side, i), StringComparer.OrdinalIgnoreCase)) return false;
        }
        return named || side.Any(token => CommandNames.IsGreek(token.Text));
    }

    /// <summary>The last side's value. In a chain, no other value may contradict it.</summary>
    static string? Stated(List<IReadOnlyList<MathToken>> sides, ExpressionKey keys)
    {
        string? stated = null;
        for (var i = sides.Count - 1; i > 0; i--)
        {
            var key = Constant(sides[i], keys);
            if (stated is null && key is null) return null;
            if (key is not null && stated is not null && key != stated) return null;
            stated ??= key;
        }
        // x + 2y - z + 9 = 0 is the usual form of an equation and states no value.
        return stated == "0" && sides[0].Any(token => token.Text is "+" or "-") ? null : stated;
    }

    static string? Constant(IReadOnlyList<MathToken> side, ExpressionKey keys)
    {
        try
        {
            var value = AnswerParser.Parse(side);
            return value.HasVariables || value.Operation == Operation.Relation ? null : keys.Of(value);
        }
        catch (UnreadableException)
        {
            var ratio = side.All(token => token.IsDigit || token.Text is ":" or ".") && side.Any(token => token.IsDigit);
            return ratio ? AnswerReading.Text(MathTokens.Join(side, 0, side.Count, everyComma: true)) : null;
        }
    }

    /// <summary>The interval of a term between bounds, where the term itself has no simpler reading.</summary>
    static string? Range(Expression relation, ExpressionKey keys)
    {
        if (relation.Operation != Operation.Relation || relation.Name.Contains('=') || relation.Name.Contains("\\approx")) return null;
        var terms = relation.Operands.Where(side => side.HasVariables).Take(2).ToList();
        if (terms is not [var term] || !(term.Operation == Operation.Call || term.Variables().Take(2).Count() == 2)) return null;
        var sides = relation.Operands.Select(side => side == term ? Expression.Symbol("\\value") : side);
        return keys.Of(new(Operation.Relation, [.. sides], relation.Name));
    }
}
