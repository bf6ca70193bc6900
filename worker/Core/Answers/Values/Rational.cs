using System.Numerics;

namespace RebaseBatch.Core.Answers.Values;

/// <summary>An exact fraction in lowest terms with a positive denominator: equal values are equal records.</summary>
readonly record struct Rational : IComparable<Rational>
{
    public BigInteger Numerator { get; }
    public BigInteger Denominator { get; }

    /// <exception cref="DivideByZeroException">The denominator is 0.</exception>
    public Rational(BigInteger numerator, BigInteger denominator)
    {
        if (denominator.IsZero) throw new DivideByZeroException();
        var divisor = BigInteger.GreatestCommonDivisor(numerator, denominator) * denominator.Sign;
        (Numerator, Denominator) = (numerator / divisor, denominator / divisor);
    }

    public static implicit operator Rational(int value) => new(value, 1);

    public bool IsInteger => Denominator.IsOne;

    public bool IsZero => Numerator.IsZero;

    public int Sign => Numerator.Sign;

    /// <summary>Bits of the longer of numerator and denominator.</summary>
    public long Bits => Math.Max(BigInteger.Abs(Numerator).GetBitLength(), Denominator.GetBitLength());

    public static Rational operator +(Rational a, Rational b) =>
        new((a.Numerator * b.Denominator) + (b.Numerator * a.Denominator), a.Denominator * b.Denominator);

    public static Rational operator -(Rational a, Rational b) => a + -b;

    public static Rational operator *(Rational a, Rational b) => new(a.Numerator * b.Numerator, a.Denominator * b.Denominator);

    /// <inheritdoc cref="Rational(BigInteger, BigInteger)"/>
    public static Rational operator /(Rational a, Rational b) => new(a.Numerator * b.Denominator, a.Denominator * b.Numerator);

    public static Rational operator -(Rational a) => new(-a.Numerator, a.Denominator);

    /// <inheritdoc cref="Rational(BigInteger, BigInteger)"/>
    public Rational Power(int exponent)
    {
        var (top, bottom) = exponent < 0 ? (Denominator, Numerator) : (Numerator, Denominator);
        return new(BigInteger.Pow(top, Math.Abs(exponent)), BigInteger.Pow(bottom, Math.Abs(exponent)));
    }

    public BigInteger Floor() => Floor(Numerator, Denominator);

    /// <summary>The quotient rounded down, for divisors above 0.</summary>
    public static BigInteger Floor(BigInteger numerator, BigInteger denominator)
    {
        var (quotient, rest) = BigInteger.DivRem(numerator, denominator);
        return rest.Sign < 0 ? quotient - 1 : quotient;
    }

    public int CompareTo(Rational other) => (Numerator * other.Denominator).CompareTo(other.Numerator * Denominator);

    /// <summary><c>42</c> or <c>-3/4</c>.</summary>
    public override string ToString() => Denominator.IsOne ? $"{Numerator}" : $"{Numerator}/{Denominator}";
}
