using System.Numerics;

namespace RebaseBatch.Core.Answers.Values;

/// <summary>The four operations on <see cref="Value"/>s, each within the budget.</summary>
sealed class Arithmetic(Budget budget)
{
    /// <summary>Longer exact numbers (more than 7,000 digits) are not worth the time.</summary>
    public const int LongestExact = 24_000;

    const int RealCost = 5;

    public static readonly Value Zero = Value.Of(0);
    public static readonly Value One = Value.Of(1);

    public Budget Budget => budget;

    public Value Add(Value a, Value b)
    {
        if (a.Exact is { } x && b.Exact is { } y)
        {
            SpendExact(x.Bits + y.Bits);
            return Value.Of(x + y);
        }
        budget.Spend(RealCost);
        return Value.Of(a.Complex + b.Complex);
    }

    public Value Subtract(Value a, Value b) => Add(a, Negate(b));

    public static Value Negate(Value a) => a.Exact is { } exact ? Value.Of(-exact) : Value.Of(-a.Complex);

    public Value Multiply(Value a, Value b)
    {
        if (a.Exact is { } x && b.Exact is { } y)
        {
            SpendExact(x.Bits + y.Bits);
            return Value.Of(x * y);
        }
        if (a.Exact is { IsZero: true } || b.Exact is { IsZero: true }) return Zero;
        budget.Spend(2 * RealCost);
        return Value.Of(a.Complex * b.Complex);
    }

    /// <returns>Null when the divisor is 0.</returns>
    public Value? Divide(Value a, Value b)
    {
        if (b.IsZero) return null;
        if (a.Exact is { } x && b.Exact is { } y)
        {
            SpendExact(x.Bits + y.Bits);
            return Value.Of(x / y);
        }
        if (a.Exact is { IsZero: true }) return Zero;
        budget.Spend(8 * RealCost);
        return Value.Of(a.Complex / b.Complex);
    }

    /// <summary>Of real values.</summary>
    /// <exception cref="UnreadableException">Their difference is within the error bounds.</exception>
    public int Compare(Value a, Value b) => Subtract(a, b).Sign;

    /// <summary>The price of an exact operation whose result may have <paramref name="bits"/> bits: reducing it is quadratic.</summary>
    /// <exception cref="UnreadableException">The result may be too long.</exception>
    public void SpendExact(long bits)
    {
        if (bits > LongestExact) throw new UnreadableException("too long a number");
        var words = bits / 64;
        budget.Spend(3 + (words / 2) + (words * words / 6));
    }

    public Value Factorial(BigInteger n)
    {
        if (n > 2_500) throw new UnreadableException("too large a factorial");
        budget.Spend((long)(n * n / 300) + 1);
        var product = BigInteger.One;
        for (var factor = 2; factor <= n; factor++) product *= factor;
        return Value.Of(new Rational(product, 1));
    }
}
