using System.Numerics;

namespace RebaseBatch.Core.Answers.Values;

/// <summary>
/// A real number as a binary floating-point number of <see cref="Precision"/> bits with an error bound, which every operation
/// updates: the true value lies within 2^<see cref="ErrorLog"/> of <c>Mantissa * 2^Exponent</c>.
/// </summary>
/// <param name="ErrorLog">Binary logarithm of the error's bound; minus infinity when the value is exact.</param>
readonly record struct Real(BigInteger Mantissa, long Exponent, double ErrorLog)
{
    public const int Precision = 640;

    /// <summary>
    /// How many bits decide whether two numbers are equal. They are far fewer than the computed bits, so an error never changes them. Two
    /// numbers that only more bits could tell apart (1 + 10^-500 and 1) are refused as unreadable and do not count as equal.
    /// </summary>
    public const int Significant = 300;

    const long LargestExponent = 1L << 26;

    public static readonly Real Zero = new(0, 0, double.NegativeInfinity);
    public static readonly Real One = Exact(1);

    public static Real Exact(BigInteger value) => new(value, 0, double.NegativeInfinity);

    public bool IsExact => double.IsNegativeInfinity(ErrorLog);

    /// <summary>Whether 0 lies within the error bound.</summary>
    public bool IsZero => Mantissa.IsZero || Log <= ErrorLog;

    public int Sign => IsZero ? 0 : Mantissa.Sign;

    /// <summary>Binary logarithm of the absolute value, correct to 1e-9; minus infinity for 0.</summary>
    public double Log => Mantissa.IsZero ? double.NegativeInfinity : BigInteger.Log(BigInteger.Abs(Mantissa), 2) + Exponent;

    /// <summary>How many leading bits are sure.</summary>
    public double Accuracy => Log - ErrorLog;

    /// <exception cref="UnreadableException">The fraction is too long for its digits to tell it from its neighbours.</exception>
    public static Real Of(Rational value)
    {
        if (value.Bits > Significant) throw new UnreadableException("too long for its leading digits");
        return value.IsInteger ? Exact(value.Numerator) : Exact(value.Numerator) / Exact(value.Denominator);
    }

    public static Real operator -(Real a) => a with { Mantissa = -a.Mantissa };

    /// <exception cref="UnreadableException">The smaller part would not show in the sum's significant bits.</exception>
    public static Real operator +(Real a, Real b)
    {
        if (a.Mantissa.IsZero && a.IsExact) return b;
        if (b.Mantissa.IsZero && b.IsExact) return a;
        var (logA, logB) = (a.Log, b.Log);
        if (!a.IsZero && !b.IsZero && Math.Abs(logA - logB) > Significant) throw new UnreadableException("a part too small to show");
        var exponent = Math.Min(a.Exponent, b.Exponent);
        if (Math.Max(a.Exponent, b.Exponent) - exponent > 8 * Precision) throw new UnreadableException("a part too small to show");
        var sum = (a.Mantissa << (int)(a.Exponent - exponent)) + (b.Mantissa << (int)(b.Exponent - exponent));
        var result = Rounded(sum, exponent, LogSum(a.ErrorLog, b.ErrorLog));
        // All significant bits cancelled and only the error is left: the terms count as equal.
        return result.IsZero && Math.Max(logA, logB) - result.ErrorLog > Significant ? Zero : result;
    }

    public static Real operator -(Real a, Real b) => a + -b;

    public static Real operator *(Real a, Real b)
    {
        var error = LogSum(LogSum(a.Log + b.ErrorLog, b.Log + a.ErrorLog), a.ErrorLog + b.ErrorLog);
        return Rounded(a.Mantissa * b.Mantissa, a.Exponent + b.Exponent, error);
    }

    /// <exception cref="UnreadableException">The divisor may be 0.</exception>
    public static Real operator /(Real a, Real b)
    {
        if (b.IsZero || b.Accuracy < 2) throw new UnreadableException("division by what may be 0");
        if (a.Mantissa.IsZero && a.IsExact) return Zero;
        var shift = (int)Math.Max(0, Precision + 2 + b.Mantissa.GetBitLength() - a.Mantissa.GetBitLength());
        var quotient = BigInteger.DivRem(a.Mantissa << shift, b.Mantissa, out var rest);
        var exponent = a.Exponent - shift - b.Exponent;
        var error = LogSum(a.ErrorLog, a.Log - b.Log + b.ErrorLog) - b.Log + 1;
        return Rounded(quotient, exponent, rest.IsZero ? error : LogSum(error, exponent));
    }

    /// <summary>For values of 0 or more.</summary>
    public Real SquareRoot()
    {
        if (IsZero) return Zero;
        var shift = Math.Max(0, (2 * Precision) + 2 - (int)Mantissa.GetBitLength());
        if (((Exponent - shift) & 1) != 0) shift++;
        var shifted = Mantissa << shift;
        var root = Integers.Root(shifted, 2);
        var exponent = (Exponent - shift) / 2;
        var error = ErrorLog - (Log / 2);
        return Rounded(root, exponent, root * root == shifted ? error : LogSum(error, exponent));
    }

    /// <summary>Truncated to the precision that is kept; the error bound includes the truncation.</summary>
    public static Real Rounded(BigInteger mantissa, long exponent, double errorLog)
    {
        var excess = (int)mantissa.GetBitLength() - Precision;
        if (excess > 0)
        {
            var cut = mantissa >> excess;
            exponent += excess;
            if (cut << excess != mantissa) errorLog = LogSum(errorLog, exponent);
            mantissa = cut;
        }
        if (Math.Abs(exponent) > LargestExponent) throw new UnreadableException("out of range");
        return new(mantissa, exponent, errorLog);
    }

    /// <summary>log2(2^a + 2^b).</summary>
    public static double LogSum(double a, double b)
    {
        var (large, small) = a > b ? (a, b) : (b, a);
        return double.IsNegativeInfinity(small) ? large : large + Math.Log2(1 + Math.Pow(2, small - large));
    }
}
