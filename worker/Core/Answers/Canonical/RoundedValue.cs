using System.Numerics;
using RebaseBatch.Core.Answers.Notation;
using RebaseBatch.Core.Answers.Values;

namespace RebaseBatch.Core.Answers.Canonical;

/// <summary>A real constant as a fraction, and how precisely the answer writes it.</summary>
/// <param name="Number">The value; of irrational ones the leading bits, some hundreds of them.</param>
/// <param name="LastPlace">1/100 for 3.14; null for anything but a decimal.</param>
readonly record struct RoundedValue(Rational Number, Rational? LastPlace)
{
    /// <summary>A decimal with fewer digits says too little: 0.33 is a value of its own.</summary>
    const int FewestDigits = 6;

    const int LargestExponent = 2_000;

    /// <returns>Null for anything but a real constant, alone or behind a name.</returns>
    /// <exception cref="UnreadableException">It has no value that can be computed.</exception>
    public static RoundedValue? Of(Expression expression, Evaluator evaluator)
    {
        expression = Unnamed(expression);
        return expression.Choices == 0 && Constant(expression, evaluator, 0) is { } number ? new(number, DecimalPlace(expression)) : null;
    }

    /// <summary>The numbers that a list or set has, or the one number; null for an item that is no real constant.</summary>
    /// <exception cref="UnreadableException">One of them has no value that can be computed.</exception>
    public static IEnumerable<Rational?> All(Expression expression, Evaluator evaluator)
    {
        expression = Unnamed(expression);
        return expression.Operation is Operation.List or Operation.Set
            ? expression.Operands.SelectMany(item => All(item, evaluator))
            : expression.IsScalar
                ? Enumerable.Range(0, Evaluator.SignChoices(expression)).Select(signs => Constant(expression, evaluator, signs))
                : [null];
    }

    static Expression Unnamed(Expression expression) =>
        expression is { Operation: Operation.Relation, Name: "=" or "\\approx", Operands: [{ IsSymbol: true }, var value] }
            ? value : expression;

    static Rational? Constant(Expression expression, Evaluator evaluator, int signs)
    {
        if (!expression.IsScalar || expression.HasVariables) return null;
        if (evaluator.At(expression, 0, signs) is not { IsReal: true } value) return null;
        if (value.Exact is { } exact) return exact;
        var real = value.Complex.Re;
        return Math.Abs(real.Exponent) > LargestExponent
            ? null : new Rational(real.Mantissa, 1) * ((Rational)2).Power((int)real.Exponent);
    }

    /// <summary>Whether this is a decimal of at least 6 significant digits, and the other value rounded to its last place.</summary>
    public bool Rounds(RoundedValue other)
    {
        if (LastPlace is not { } place || BigInteger.Abs((Number / place).Numerator) < BigInteger.Pow(10, FewestDigits - 1)) return false;
        var difference = Number - other.Number;
        return (difference.Sign < 0 ? -difference : difference).CompareTo(place / 2) <= 0;
    }

    /// <summary>1/100 for 3.14; null for anything but a decimal.</summary>
    public static Rational? DecimalPlace(Expression expression)
    {
        if (expression is { Operation: Operation.Negative, Operands: [var operand] }) return DecimalPlace(operand);
        if (expression is not { Operation: Operation.Number, Number: { IsInteger: false, Bits: < 200 } number }) return null;
        var place = new Rational(1, 1);
        for (var digits = 0; digits < 60; digits++)
        {
            if ((number / place).IsInteger) return place;
            place /= 10;
        }
        return null;
    }
}
