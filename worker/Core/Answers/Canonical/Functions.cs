using System.Numerics;
using RebaseBatch.Core.Answers.Values;
using Complex = RebaseBatch.Core.Answers.Values.Complex;

namespace RebaseBatch.Core.Answers.Canonical;

/// <summary>The functions that answers use by name.</summary>
sealed class Functions(Arithmetic arithmetic, Powers powers)
{
    const int TrigonometricCost = 500;

    static readonly Value s_half = Value.Of(new Rational(1, 2));
    static readonly Value s_i = Value.Of(Complex.I);

    static readonly Value s_quarterTurn = Value.Of(Complex.Of(RealFunctions.Pi / Real.Exact(2)));

    public static bool TakesAngle(string function) => function is "sin" or "cos" or "tan" or "cot" or "sec" or "csc";

    /// <param name="realOnly">Whether the arguments stand for real variables: undefined where the result isn't real.</param>
    /// <param name="point">One of <see cref="SamplePoint"/>'s, for functions without a definition such as f; null for numbers.</param>
    /// <returns>Null where undefined.</returns>
    public Value? Apply(string name, IReadOnlyList<Value> arguments, bool realOnly, int? point)
    {
        var x = arguments[0];
        return name switch
        {
            "sin" or "cos" or "tan" or "cot" or "sec" or "csc" => Trigonometric(name, x),
            "arcsin" => ArcSine(x, realOnly),
            "arccos" => ArcSine(x, realOnly) is { } sine ? arithmetic.Subtract(s_quarterTurn, sine) : null,
            "arctan" => ArcTangent(x),
            "sinh" or "cosh" or "tanh" => Hyperbolic(name, x),
            "ln" => Log(x, realOnly),
            "log" => Log(x, realOnly) is { } log && Log(arguments[1], realOnly) is { } unit ? arithmetic.Divide(log, unit) : null,
            "abs" => Absolute(x),
            "floor" when x.Exact is { } exact => Value.Of(new Rational(exact.Floor(), 1)),
            "ceil" when x.Exact is { } exact => Value.Of(new Rational(-(-exact).Floor(), 1)),
            "!" when x.Exact is { IsInteger: true, Sign: >= 0 } n => arithmetic.Factorial(n.Numerator),
            "binom" when x.Exact is { IsInteger: true, Sign: >= 0 } n && arguments[1].Exact is { IsInteger: true, Sign: >= 0 } k =>
                Binomial(n.Numerator, k.Numerator),
            _ when point is { } sample => Opaque(name, arguments, sample),
            _ => throw new UnreadableException($"{name} has no value here"),
        };
    }

    static Value Opaque(string name, IReadOnlyList<Value> arguments, int point) =>
        Value.Of(SamplePoint.Opaque($"{name}({string.Join(',', arguments.Select(ValueText.Of))})", point));

    Value? Trigonometric(string name, Value x)
    {
        arithmetic.Budget.Spend(TrigonometricCost);
        var (s, c) = x.Complex.SinCos();
        var (sin, cos) = (Value.Of(s), Value.Of(c));
        return name switch
        {
            "sin" => sin,
            "cos" => cos,
            "tan" => arithmetic.Divide(sin, cos),
            "cot" => arithmetic.Divide(cos, sin),
            "sec" => arithmetic.Divide(Arithmetic.One, cos),
            _ => arithmetic.Divide(Arithmetic.One, sin),
        };
    }

    /// <summary>-i log(ix + sqrt(1 - x^2))</summary>
    Value? ArcSine(Value x, bool realOnly)
    {
        var rest = arithmetic.Subtract(Arithmetic.One, arithmetic.Multiply(x, x));
        if (realOnly && (!rest.IsReal || rest.Sign < 0)) return null;
        if (powers.Root(rest, 2, realOnly) is not { } cosine) return null;
        arithmetic.Budget.Spend(3 * TrigonometricCost);
        var log = powers.Log(arithmetic.Add(arithmetic.Multiply(s_i, x), cosine));
        return Arithmetic.Negate(arithmetic.Multiply(s_i, log));
    }

    /// <summary>i/2 (log(1 - ix) - log(1 + ix))</summary>
    Value? ArcTangent(Value x)
    {
        var ix = arithmetic.Multiply(s_i, x);
        var (down, up) = (arithmetic.Subtract(Arithmetic.One, ix), arithmetic.Add(Arithmetic.One, ix));
        if (down.IsZero || up.IsZero) return null;
        arithmetic.Budget.Spend(6 * TrigonometricCost);
        return arithmetic.Multiply(arithmetic.Multiply(s_half, s_i), arithmetic.Subtract(powers.Log(down), powers.Log(up)));
    }

    Value? Hyperbolic(string name, Value x)
    {
        var (up, down) = (powers.Exp(x), powers.Exp(Arithmetic.Negate(x)));
        var sinh = arithmetic.Multiply(s_half, arithmetic.Subtract(up, down));
        var cosh = arithmetic.Multiply(s_half, arithmetic.Add(up, down));
        return name switch { "sinh" => sinh, "cosh" => cosh, _ => arithmetic.Divide(sinh, cosh) };
    }

    Value? Log(Value x, bool realOnly)
    {
        if (x.IsZero || (realOnly && x.IsReal && x.Sign < 0)) return null;
        if (!x.IsReal || x.Sign < 0) arithmetic.Budget.Spend(3 * TrigonometricCost);
        return powers.Log(x);
    }

    Value Absolute(Value x)
    {
        if (x.IsReal) return x.Sign < 0 ? Arithmetic.Negate(x) : x;
        arithmetic.Budget.Spend(400);
        return Value.Of(Complex.Of(x.Complex.Absolute()));
    }

    Value Binomial(BigInteger n, BigInteger k)
    {
        if (k > n) return Arithmetic.Zero;
        var below = arithmetic.Multiply(arithmetic.Factorial(k), arithmetic.Factorial(n - k));
        return arithmetic.Divide(arithmetic.Factorial(n), below)!;
    }
}
