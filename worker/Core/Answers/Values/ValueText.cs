using System.Globalization;
using System.Numerics;

namespace RebaseBatch.Core.Answers.Values;

/// <summary>
/// Writes a value; equal values have equal texts. The text is a fraction in lowest terms, whether it was calculated exactly or not
/// (<c>\sin 30^\circ</c> is <c>1/2</c>); for other values it is the leading <see cref="Real.Significant"/> bits. For square roots of a few
/// small numbers, separation bounds prove that these bits tell all different answers apart; for other answers it is not proven, but holds
/// in practice.
/// </summary>
static class ValueText
{
    const int LongestFraction = 150;

    /// <exception cref="UnreadableException">Too few digits are sure.</exception>
    public static string Of(Value value)
    {
        if (value.Exact is { } exact) return exact.ToString();
        var (re, im) = value.Complex;
        return im.IsZero ? Of(re) : $"{Of(re)}+{Of(im)}i";
    }

    static string Of(Real value)
    {
        if (value.IsZero) return "0";
        if (value.Accuracy < Real.Significant + 40) throw new UnreadableException("too few sure digits");
        return Fraction(value)?.ToString() ?? Leading(value);
    }

    static string Leading(Real value)
    {
        var excess = (int)value.Mantissa.GetBitLength() - Real.Significant;
        var (mantissa, exponent) = (BigInteger.Abs(value.Mantissa), value.Exponent);
        if (excess > 0)
        {
            mantissa = (mantissa + (BigInteger.One << (excess - 1))) >> excess;
            exponent += excess;
        }
        while (mantissa.IsEven) (mantissa, exponent) = (mantissa >> 1, exponent + 1);
        var sign = value.Sign < 0 ? "-" : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"{sign}0x{mantissa.ToString("x", CultureInfo.InvariantCulture).TrimStart('0')}p{exponent}");
    }

    /// <summary>
    /// The value as a fraction, if a fraction much shorter than the sure digits lies within the error; found by continued fraction.
    /// </summary>
    static Rational? Fraction(Real value)
    {
        if (Math.Abs(value.Log) > LongestFraction) return null;
        var shift = (int)value.Exponent;
        var (top, bottom) = shift >= 0 ? (value.Mantissa << shift, BigInteger.One) : (value.Mantissa, BigInteger.One << -shift);
        var (p0, q0, p1, q1) = (BigInteger.Zero, BigInteger.One, BigInteger.One, BigInteger.Zero);
        var (a, b) = (BigInteger.Abs(top), bottom);
        while (!b.IsZero)
        {
            var (quotient, rest) = BigInteger.DivRem(a, b);
            // A quotient this large comes only after a fraction that nearly equals the value.
            if (!q1.IsZero && quotient.GetBitLength() > 80) break;
            (p0, q0, p1, q1) = (p1, q1, (quotient * p1) + p0, (quotient * q1) + q0);
            if (p1.GetBitLength() > LongestFraction || q1.GetBitLength() > LongestFraction) return null;
            (a, b) = (b, rest);
        }
        var distance = BigInteger.Abs((BigInteger.Abs(top) * q1) - (p1 * bottom)); // times q1 * bottom
        var log = distance.IsZero ? double.NegativeInfinity : BigInteger.Log(distance, 2) - BigInteger.Log(q1, 2)
            - BigInteger.Log(bottom, 2);
        return log <= value.ErrorLog + 2 ? new(p1 * value.Sign, q1) : null;
    }
}
