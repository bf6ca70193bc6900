using System.Security.Cryptography;
using System.Text;
using RebaseBatch.Core.Answers.Notation;
using RebaseBatch.Core.Answers.Values;

namespace RebaseBatch.Core.Answers.Canonical;

/// <summary>Keys of numbers and of terms with variables.</summary>
sealed class ScalarKey(Evaluator evaluator)
{
    const string Undefined = "?";

    /// <summary>One key for each choice of signs.</summary>
    /// <exception cref="UnreadableException">The expression has no value.</exception>
    public IEnumerable<string> Of(Expression expression)
    {
        var choices = Evaluator.SignChoices(expression);
        for (var signs = 0; signs < choices; signs++)
        {
            yield return expression.HasVariables
                ? OfTerm(expression, signs)
                : ValueText.Of(evaluator.At(expression, 0, signs) ?? throw new UnreadableException("undefined"));
        }
    }

    string OfTerm(Expression term, int signs)
    {
        var texts = Values(term, signs).Select(Text).ToList();
        var defined = texts.Where(text => text != Undefined).Distinct().ToList();
        return defined switch
        {
            [] => throw new UnreadableException("undefined"),
            [var constant] => constant, // x/x
            _ => "term " + Hash(texts),
        };
    }

    /// <summary>Key of left - right up to a factor other than 0 (above 0, if <paramref name="keepSign"/>).</summary>
    /// <exception cref="UnreadableException">The difference is 0 everywhere, undefined, or not real where a sign must be kept.</exception>
    public string OfDifference(Expression left, Expression right, bool keepSign, int signs)
    {
        var arithmetic = evaluator.Arithmetic;
        // As one expression, so that the signs are chosen once for both sides.
        var differences = Values(new(Operation.Sum, [left, Expression.Negative(right)]), signs);
        var unit = differences.FirstOrDefault(value => value is { IsZero: false }) ?? throw new UnreadableException("0 = 0");
        if (keepSign)
        {
            if (!unit.IsReal) throw new UnreadableException("an inequality of complex numbers");
            if (unit.Sign < 0) unit = Arithmetic.Negate(unit);
        }
        return Hash(differences.Select(value => Text(value is null ? null : arithmetic.Divide(value, unit))));
    }

    /// <summary>The value at each sample point. If the expression is real at none of them, the values are complex.</summary>
    List<Value?> Values(Expression expression, int signs)
    {
        List<Value?> At(bool complex) =>
            [.. Enumerable.Range(0, SamplePoint.Count).Select(point => evaluator.At(expression, point, signs, complex))];
        var values = At(complex: false);
        return values.Any(value => value is not null) ? values : At(complex: true);
    }

    string Text(Value? value)
    {
        if (value?.Exact is { } exact) evaluator.Arithmetic.SpendExact(exact.Bits);
        return value is null ? Undefined : ValueText.Of(value);
    }

    static string Hash(IEnumerable<string> texts) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('|', texts))));
}
