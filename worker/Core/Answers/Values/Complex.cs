namespace RebaseBatch.Core.Answers.Values;

/// <summary>A complex number; functions have their principal values.</summary>
readonly record struct Complex(Real Re, Real Im)
{
    public static readonly Complex I = new(Real.Zero, Real.One);

    public bool IsZero => Re.IsZero && Im.IsZero;

    public bool IsReal => Im.IsZero;

    public static Complex Of(Real value) => new(value, Real.Zero);

    public static Complex operator -(Complex a) => new(-a.Re, -a.Im);

    public static Complex operator +(Complex a, Complex b) => new(a.Re + b.Re, a.Im + b.Im);

    public static Complex operator -(Complex a, Complex b) => a + -b;

    public static Complex operator *(Complex a, Complex b) => a.IsReal && b.IsReal
        ? Of(a.Re * b.Re)
        : new((a.Re * b.Re) - (a.Im * b.Im), (a.Re * b.Im) + (a.Im * b.Re));

    /// <exception cref="UnreadableException">The divisor may be 0.</exception>
    public static Complex operator /(Complex a, Complex b)
    {
        if (b.IsReal) return new(a.Re / b.Re, a.Im / b.Re);
        var norm = (b.Re * b.Re) + (b.Im * b.Im);
        var product = a * new Complex(b.Re, -b.Im);
        return new(product.Re / norm, product.Im / norm);
    }

    public Real Absolute()
    {
        if (Im.IsZero) return Re.Sign < 0 ? -Re : Re;
        return ((Re * Re) + (Im * Im)).SquareRoot();
    }

    public Complex SquareRoot()
    {
        if (Im.IsZero) return Re.Sign < 0 ? new(Real.Zero, (-Re).SquareRoot()) : Of(Re.SquareRoot());
        var two = Real.Exact(2);
        var absolute = Absolute();
        if (Re.Sign < 0)
        {
            // The other half of the formula would cancel.
            var im = ((absolute - Re) / two).SquareRoot();
            if (Im.Sign < 0) im = -im;
            return new(Im / (two * im), im);
        }
        var re = ((absolute + Re) / two).SquareRoot();
        return new(re, Im / (two * re));
    }

    public Complex Exp()
    {
        var scale = RealFunctions.Exp(Re);
        if (Im.IsZero) return Of(scale);
        var (sin, cos) = RealFunctions.SinCos(Im);
        return new(scale * cos, scale * sin);
    }

    /// <summary>For values other than 0.</summary>
    public Complex Log() => new(RealFunctions.Log(Absolute()), RealFunctions.Angle(Im, Re));

    public (Complex Sin, Complex Cos) SinCos()
    {
        var (sin, cos) = RealFunctions.SinCos(Re);
        if (Im.IsZero) return (Of(sin), Of(cos));
        var (up, down) = (RealFunctions.Exp(Im), RealFunctions.Exp(-Im));
        var two = Real.Exact(2);
        var (cosh, sinh) = ((up + down) / two, (up - down) / two);
        return (new(sin * cosh, cos * sinh), new(cos * cosh, -(sin * sinh)));
    }
}
