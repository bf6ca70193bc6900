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

    /// <summary>
    /// Whether two constants can't be one value: neither equal, nor one the other's decimal to its last digit (1/3 = 0.333), nor
    /// one a percentage of the other (1/4 = 25%).
    /// </summary>
    /// <exception cref="UnreadableException">One of them has no value.</exception>
    public bool Contradict(Expression a, Expression b)
    {
        if (a.Choices + b.Choices > 0 || !a.IsScalar || !b.IsScalar || HasDegrees(a) || HasDegrees(b)) return false;
        if (evaluator.At(a, 0) is not { } x || evaluator.At(b, 0) is not { } y) throw new UnreadableException("undefined");
        var arithmetic = evaluator.Arithmetic;
        bool Equal(Value left, Value right) => arithmetic.Subtract(left, right).IsZero;
        var hundred = Value.Of(100);
        if (Equal(x, y) || Equal(arithmetic.Multiply(x, hundred), y) || Equal(x, arithmetic.Multiply(y, hundred))) return false;
        var difference = arithmetic.Subtract(x, y);
        if (!difference.IsReal || (RoundedValue.DecimalPlace(b) ?? RoundedValue.DecimalPlace(a)) is not { } place) return true;
        // Rounded, or cut off towards 0.
        var (shown, beyond) = RoundedValue.DecimalPlace(b) is null ? (x, Arithmetic.Negate(difference)) : (y, difference);
        if (shown.Sign < 0) beyond = Arithmetic.Negate(beyond);
        return arithmetic.Compare(beyond, Value.Of(place)) > 0 || arithmetic.Compare(beyond, Value.Of(-place / 2)) < 0;
    }

    static bool HasDegrees(Expression expression) =>
        expression.Operation == Operation.Degrees || expression.Operands.Any(HasDegrees);

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
