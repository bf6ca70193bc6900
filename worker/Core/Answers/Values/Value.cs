namespace RebaseBatch.Core.Answers.Values;

/// <summary>A number: an exact fraction where possible, otherwise a complex number with an error bound.</summary>
sealed class Value
{
    readonly Complex? _complex;

    Value(Rational? exact, Complex? complex) => (Exact, _complex) = (exact, complex);

    public static Value Of(Rational exact) => new(exact, null);

    /// <summary>Exact again where nothing was rounded: i^2 is -1.</summary>
    public static Value Of(Complex value)
    {
        var (re, im) = value;
        if (!im.IsExact || !im.IsZero || !re.IsExact || Math.Abs(re.Exponent) > Real.Precision) return new(null, value);
        var scale = ((Rational)2).Power((int)re.Exponent);
        return Of(new Rational(re.Mantissa, 1) * scale);
    }

    public Rational? Exact { get; }

    /// <exception cref="UnreadableException">The exact value is too long.</exception>
    public Complex Complex => _complex ?? Complex.Of(Real.Of(Exact!.Value));

    public bool IsZero => Exact is { } exact ? exact.IsZero : Complex.IsZero;

    public bool IsReal => Exact is not null || Complex.IsReal;

    /// <summary>Of real values.</summary>
    public int Sign => Exact is { } exact ? exact.Sign : Complex.Re.Sign;
}
