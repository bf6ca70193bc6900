using System.Numerics;

namespace RebaseBatch.Core.Answers.Values;

/// <summary>
/// Powers and roots. An odd root of a negative number is the real root, as taught at school (<c>\sqrt[3]{-8}</c> and <c>(-8)^{1/3}</c> are
/// -2); an even root is the principal complex root.
/// </summary>
sealed class Powers(Arithmetic arithmetic)
{
    const int FunctionCost = 350;
    const int LargestRoot = 1_000;

    /// <param name="realOnly">Refuses even roots of negative numbers, for values that stand for a variable.</param>
    /// <returns>Null when undefined.</returns>
    public Value? Power(Value b, Value exponent, bool realOnly)
    {
        if (exponent.Exact is not { } exact) return General(b, exponent, realOnly);
        if (exact.IsInteger) return Whole(b, exact.Numerator);
        if (exact.Denominator > LargestRoot) return General(b, exponent, realOnly);
        return Root(b, (int)exact.Denominator, realOnly) is { } root ? Whole(root, exact.Numerator) : null;
    }

    /// <param name="degree">2 or more.</param>
    /// <inheritdoc cref="Power"/>
    public Value? Root(Value radicand, int degree, bool realOnly)
    {
        if (radicand.IsZero) return Arithmetic.Zero;
        if (radicand.IsReal && radicand.Sign < 0)
        {
            var positive = Arithmetic.Negate(radicand);
            if (degree % 2 == 1) return Root(positive, degree, realOnly) is { } odd ? Arithmetic.Negate(odd) : null;
            if (realOnly) return null;
            if (degree == 2) return Root(positive, 2, realOnly) is { } root ? arithmetic.Multiply(root, Value.Of(Complex.I)) : null;
        }
        else if (radicand.Exact is { } exact)
        {
            arithmetic.SpendExact(exact.Bits);
            arithmetic.Budget.Spend(20 + (exact.Bits * exact.Bits / 15_000));
            if (Integers.ExactRoot(exact.Numerator, degree) is { } top && Integers.ExactRoot(exact.Denominator, degree) is { } bottom)
                return Value.Of(new Rational(top, bottom));
        }
        if (degree != 2) return General(radicand, Value.Of(new Rational(1, degree)), realOnly);
        arithmetic.Budget.Spend(60);
        return Value.Of(radicand.Complex.SquareRoot());
    }

    Value? Whole(Value b, BigInteger exponent)
    {
        if (exponent.IsZero) return b.IsZero ? null : Arithmetic.One;
        if (b.IsZero) return exponent.Sign > 0 ? Arithmetic.Zero : null;
        if (b.Exact is { IsInteger: true, Bits: 1 } unit) return unit.Sign > 0 || exponent.IsEven ? Arithmetic.One : b;
        var size = BigInteger.Abs(exponent);
        if (size > 1_000_000) throw new UnreadableException("too large an exponent");
        if (b.Exact is not { } exact) return Repeated(b, (int)size, exponent.Sign < 0);
        arithmetic.SpendExact(exact.Bits * (long)size);
        return Value.Of(exact.Power((int)exponent));
    }

    Value? Repeated(Value b, int exponent, bool inverse)
    {
        var power = Arithmetic.One;
        for (var square = b; ; square = arithmetic.Multiply(square, square))
        {
            if ((exponent & 1) == 1) power = arithmetic.Multiply(power, square);
            if ((exponent >>= 1) == 0) break;
        }
        return inverse ? arithmetic.Divide(Arithmetic.One, power) : power;
    }

    Value? General(Value b, Value exponent, bool realOnly)
    {
        if (b.IsZero) return exponent.IsReal && exponent.Sign > 0 ? Arithmetic.Zero : null;
        if (realOnly && b.IsReal && b.Sign < 0) return null;
        return Exp(arithmetic.Multiply(exponent, Log(b)));
    }

    public Value Exp(Value x)
    {
        if (x.Exact is { IsZero: true }) return Arithmetic.One;
        arithmetic.Budget.Spend(FunctionCost);
        return Value.Of(x.Complex.Exp());
    }

    /// <summary>For values other than 0.</summary>
    public Value Log(Value x)
    {
        if (x.Exact is { Sign: > 0, Bits: 1, IsInteger: true }) return Arithmetic.Zero;
        arithmetic.Budget.Spend(4 * FunctionCost);
        return Value.Of(x.Complex.Log());
    }
}
