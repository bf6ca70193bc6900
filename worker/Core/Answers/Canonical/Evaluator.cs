using RebaseBatch.Core.Answers.Notation;
using RebaseBatch.Core.Answers.Values;

namespace RebaseBatch.Core.Answers.Canonical;

/// <summary>Calculates scalar expressions.</summary>
sealed class Evaluator
{
    readonly Powers _powers;
    readonly Functions _functions;
    Func<string, Value> _variables = _ => throw new UnreadableException("a variable");
    int _point;
    int _signs;
    bool _linked;
    int _choice;
    bool _inAngle;
    bool _complex;

    public Evaluator(Arithmetic arithmetic)
    {
        Arithmetic = arithmetic;
        _powers = new(arithmetic);
        _functions = new(arithmetic, _powers);
    }

    public Arithmetic Arithmetic { get; }

    /// <param name="point">One of <see cref="SamplePoint"/>'s.</param>
    /// <param name="signs">The sign for each ±, one bit for each: 0 is plus.</param>
    /// <param name="complex">Whether roots and logarithms of variables may be complex; otherwise they are undefined below 0.</param>
    /// <returns>Null where the expression is undefined.</returns>
    /// <exception cref="UnreadableException">It is not a scalar, or too large to compute.</exception>
    public Value? At(Expression expression, int point, int signs = 0, bool complex = false)
    {
        _complex = complex;
        return At(expression, name => SamplePoint.Of(name, point), point, signs);
    }

    /// <summary>The value with one variable, or all variables, set to this value.</summary>
    /// <inheritdoc cref="At(Expression, int, int, bool)"/>
    public Value? AtValue(Expression expression, Value variable)
    {
        _complex = false;
        return At(expression, _ => variable, 0, 0);
    }

    Value? At(Expression expression, Func<string, Value> variables, int point, int signs)
    {
        (_variables, _point, _signs, _choice, _inAngle) = (variables, point, signs, 0, false);
        _linked = HasMinusPlus(expression);
        return Of(expression);
    }

    /// <summary>How many ways there are to choose the signs. If there is a ∓, all signs are chosen together.</summary>
    public static int SignChoices(Expression expression) => expression.Choices switch
    {
        0 => 1,
        <= 4 => HasMinusPlus(expression) ? 2 : 1 << expression.Choices,
        _ => throw new UnreadableException("too many signs to choose"),
    };

    static bool HasMinusPlus(Expression expression) => expression.Choices > 0
        && ((expression.Operation == Operation.PlusMinus && expression.Name == "-") || expression.Operands.Any(HasMinusPlus));

    Value? Of(Expression expression)
    {
        Arithmetic.Budget.Spend(1);
        var operands = expression.Operands;
        return expression.Operation switch
        {
            Operation.Number => Value.Of(expression.Number),
            Operation.Symbol => Symbol(expression.Name),
            Operation.Sum => Fold(operands, Arithmetic.Add),
            Operation.Product => Fold(operands, Arithmetic.Multiply),
            Operation.Negative => Of(operands[0]) is { } value ? Arithmetic.Negate(value) : null,
            Operation.Reciprocal => Of(operands[0]) is { } divisor ? Arithmetic.Divide(Arithmetic.One, divisor) : null,
            Operation.PlusMinus => Chosen(expression),
            Operation.Power => Power(expression),
            Operation.Root => Of(operands[0]) is { } radicand ? Root(radicand, expression) : null,
            Operation.Degrees => Of(operands[0]) is { } angle ? _inAngle ? Radians(angle) : angle : null,
            Operation.Function or Operation.Call => Function(expression),
            _ => throw new UnreadableException("no scalar"),
        };
    }

    Value Symbol(string name) => name switch
    {
        "\\pi" => Value.Of(Complex.Of(RealFunctions.Pi)),
        "e" => _powers.Exp(Arithmetic.One),
        "i" => Value.Of(Complex.I),
        "\\infty" => throw new UnreadableException("infinity is no number"),
        _ => _variables(name),
    };

    Value? Fold(IReadOnlyList<Expression> operands, Func<Value, Value, Value> combine)
    {
        var total = Of(operands[0]);
        for (var i = 1; i < operands.Count && total is not null; i++) total = Of(operands[i]) is { } next ? combine(total, next) : null;
        return total;
    }

    Value? Chosen(Expression expression)
    {
        var bit = _linked ? 0 : _choice++;
        if (Of(expression.Operands[0]) is not { } value) return null;
        return ((_signs >> bit) & 1) == (expression.Name == "-" ? 0 : 1) ? Arithmetic.Negate(value) : value;
    }

    Value? Power(Expression expression)
    {
        var (b, exponent) = (expression.Operands[0], Of(expression.Operands[1]));
        if (exponent is null) return null;
        if (b is { IsSymbol: true, Name: "e" }) return _powers.Exp(exponent);
        return Of(b) is { } value ? _powers.Power(value, exponent, expression.HasVariables && !_complex) : null;
    }

    Value? Root(Value radicand, Expression expression)
    {
        var degree = (int)expression.Number.Numerator;
        return degree == 1 ? radicand : _powers.Root(radicand, degree, expression.HasVariables && !_complex);
    }

    Value Radians(Value degrees) => Arithmetic.Multiply(degrees, Value.Of(Complex.Of(RealFunctions.Pi / Real.Exact(180))));

    Value? Function(Expression expression)
    {
        var outside = _inAngle;
        _inAngle = Functions.TakesAngle(expression.Name);
        List<Value> arguments = [];
        foreach (var operand in expression.Operands)
        {
            if (Of(operand) is not { } argument) return null;
            arguments.Add(argument);
        }
        _inAngle = outside;
        return _functions.Apply(expression.Name, arguments, expression.HasVariables && !_complex, expression.HasVariables ? _point : null);
    }
}
