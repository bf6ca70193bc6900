using System.Numerics;

namespace RebaseBatch.Core.Answers.Values;

/// <summary>
/// Exponential, logarithm and trigonometric functions of <see cref="Real"/> numbers. They calculate with fixed-point numbers
/// in units of 2^-<see cref="Scale"/>.
/// </summary>
static class RealFunctions
{
    const int Scale = Real.Precision + 128;
    const int Halvings = 16;
    const double LargestArgument = 1 << 22;

    // The sum of the truncation errors of one function stays below this.
    const int Truncation = 40 - Scale;

    static readonly BigInteger s_one = BigInteger.One << Scale;
    // Machin's formulas.
    static readonly BigInteger s_pi = 4 * ((4 * InverseSeries(5, -1)) - InverseSeries(239, -1));
    static readonly BigInteger s_ln2 = (18 * InverseSeries(26, 1)) - (2 * InverseSeries(4801, 1)) + (8 * InverseSeries(8749, 1));

    public static readonly Real Pi = FromFixed(s_pi, 0, 16 - Scale);

    public static Real Exp(Real x)
    {
        var argument = ToFixed(x);
        var twos = RoundedQuotient(argument, s_ln2);
        var rest = (argument - (twos * s_ln2)) >> Halvings;
        var (term, sum) = (s_one, s_one);
        for (var n = 1; !term.IsZero; n++)
        {
            term = ((term * rest) >> Scale) / n;
            sum += term;
        }
        for (var i = 0; i < Halvings; i++) sum = (sum * sum) >> Scale;
        var power = (long)twos;
        return FromFixed(sum, power, Real.LogSum(Truncation, x.ErrorLog + 1) + power + 1);
    }

    /// <summary>For values above 0.</summary>
    public static Real Log(Real x)
    {
        var twos = (long)Math.Round(x.Log);
        var mantissa = x with { Exponent = x.Exponent - twos, ErrorLog = double.NegativeInfinity };
        var log = FromDouble(Math.Log(Math.Pow(2, x.Log - twos)));
        // Halley's iteration triples the correct bits: 50, 150, 450, all.
        for (var i = 0; i < 3; i++)
        {
            var power = Exp(log with { ErrorLog = double.NegativeInfinity }) with { ErrorLog = double.NegativeInfinity };
            var step = (mantissa - power) / (mantissa + power);
            log = FromFixed(ToFixed(log) + (2 * ToFixed(step)), 0, double.NegativeInfinity);
        }
        var total = ToFixed(log) + (twos * s_ln2);
        return FromFixed(total, 0, Real.LogSum(Real.LogSum(Truncation + 30, 12 - Real.Precision), x.ErrorLog - x.Log + 1));
    }

    public static (Real Sin, Real Cos) SinCos(Real x)
    {
        var argument = ToFixed(x);
        var quarters = RoundedQuotient(2 * argument, s_pi);
        var rest = argument - ((quarters * s_pi) >> 1);
        var (sin, cos) = SinCosFixed(rest);
        var error = Real.LogSum(Truncation, x.ErrorLog);
        var (s, c) = (Snapped(FromFixed(sin, 0, error)), Snapped(FromFixed(cos, 0, error)));
        return (int)(((quarters % 4) + 4) % 4) switch
        {
            0 => (s, c),
            1 => (c, -s),
            2 => (-s, -c),
            _ => (-c, s),
        };
    }

    /// <summary>Both series, for |x| of about 1 or less.</summary>
    static (BigInteger Sin, BigInteger Cos) SinCosFixed(BigInteger x)
    {
        var square = (x * x) >> Scale;
        var (sin, cos) = (x, s_one);
        var (sinTerm, cosTerm) = (x, s_one);
        for (var n = 1; n < Scale && !(sinTerm.IsZero && cosTerm.IsZero); n++)
        {
            cosTerm = -((cosTerm * square) >> Scale) / ((2 * n) * ((2 * n) - 1));
            sinTerm = -((sinTerm * square) >> Scale) / ((2 * n) * ((2 * n) + 1));
            (sin, cos) = (sin + sinTerm, cos + cosTerm);
        }
        return (sin, cos);
    }

    /// <summary>Angle of the point, from -π (exclusive) to π.</summary>
    public static Real Angle(Real y, Real x)
    {
        if (y.IsZero) return x.Sign < 0 ? Pi : Real.Zero;
        if (x.IsZero) return y.Sign < 0 ? -(Pi / Real.Exact(2)) : Pi / Real.Exact(2);
        var quarter = y.Sign < 0 ? -(Pi / Real.Exact(2)) : Pi / Real.Exact(2);
        if (y.Log > x.Log) return quarter - ArcTangent(x / y);
        var angle = ArcTangent(y / x);
        return x.Sign > 0 ? angle : angle + (y.Sign < 0 ? -Pi : Pi);
    }

    /// <summary>For |x| of about 1 or less.</summary>
    static Real ArcTangent(Real x)
    {
        var argument = ToFixed(x);
        var angle = new BigInteger(Math.ScaleB(Math.Atan((double)argument / (double)s_one), 60)) << (Scale - 60);
        for (var i = 0; i < 3; i++)
        {
            var (sin, cos) = SinCosFixed(angle);
            var tangent = ((argument * cos) - (sin << Scale)) / (cos + ((argument * sin) >> Scale));
            // atan d = d - d^3/3 + ...: triples the correct bits.
            var cube = (((tangent * tangent) >> Scale) * tangent) >> Scale;
            angle += tangent - (cube / 3);
        }
        return FromFixed(angle, 0, Real.LogSum(Truncation, x.ErrorLog));
    }

    static Real Snapped(Real value) => value.IsZero ? Real.Zero : value;

    static BigInteger ToFixed(Real x)
    {
        if (x.Log > Math.Log2(LargestArgument) || x.ErrorLog > -64) throw new UnreadableException("an argument too large or too vague");
        var shift = x.Exponent + Scale;
        return shift >= 0 ? x.Mantissa << (int)shift : x.Mantissa >> (int)Math.Min(-shift, int.MaxValue);
    }

    static Real FromFixed(BigInteger value, long power, double errorLog) => Real.Rounded(value, power - Scale, errorLog);

    static Real FromDouble(double value) => Real.Rounded(new BigInteger(Math.ScaleB(value, 60)), -60, double.NegativeInfinity);

    static BigInteger RoundedQuotient(BigInteger a, BigInteger b) => Rational.Floor((2 * a) + b, 2 * b);

    /// <summary>Arc tangent (<paramref name="sign"/> -1) or hyperbolic arc tangent (1) of 1/<paramref name="n"/>.</summary>
    static BigInteger InverseSeries(int n, int sign)
    {
        const int Guard = 32;
        var power = (BigInteger.One << (Scale + Guard)) / n;
        var sum = power;
        for (var k = 3; !power.IsZero; k += 2)
        {
            power = sign * power / (n * n);
            sum += power / k;
        }
        return sum >> Guard;
    }
}
