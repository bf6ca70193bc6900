using RebaseBatch.Core.Answers.Notation;
using RebaseBatch.Core.Answers.Values;

namespace RebaseBatch.Core.Answers.Canonical;

/// <summary>Reads expressions that stand for sets of real numbers: intervals, unions, inequalities in one variable.</summary>
sealed class RealSetReader(Evaluator evaluator)
{
    static readonly Rational s_far = ((Rational)10).Power(40);

    readonly Arithmetic _arithmetic = evaluator.Arithmetic;

    /// <returns>Null when it stands for none.</returns>
    public RealSet? Read(Expression expression) => expression.Operation switch
    {
        Operation.Reals => RealSet.All(_arithmetic),
        Operation.Bracketed => Bracketed(expression),
        Operation.Set => Points(expression),
        Operation.Union => Combine(expression, (a, b) => a.Union(b)),
        Operation.Intersection => Combine(expression, (a, b) => a.Intersect(b)),
        Operation.Difference => Combine(expression, (a, b) => a.Intersect(b.Complement())),
        Operation.Relation => Relation(expression),
        _ => null,
    };

    RealSet? Combine(Expression expression, Func<RealSet, RealSet, RealSet> combine)
    {
        RealSet? total = null;
        foreach (var operand in expression.Operands)
        {
            if (Read(operand) is not { } set) return null;
            total = total is null ? set : combine(total, set);
        }
        return total;
    }

    RealSet? Bracketed(Expression expression)
    {
        if (expression.Operands is not [var left, var right] || BoundOf(left) is not { } low || BoundOf(right) is not { } high) return null;
        var interval = Interval.Create(low, expression.Name[0] == '[', high, expression.Name[1] == ']', _arithmetic);
        return interval is { } some ? new([some], _arithmetic) : null;
    }

    RealSet? Points(Expression expression)
    {
        var bounds = expression.Operands.Select(BoundOf).ToList();
        if (bounds.Any(bound => bound is null or { Value: null })) return null;
        return new(bounds.Select(bound => new Interval(bound!.Value, true, bound.Value, true)), _arithmetic);
    }

    Bound? BoundOf(Expression expression)
    {
        if (expression == Expression.Infinity) return Bound.Greatest;
        if (expression.Operation == Operation.Negative && expression.Operands[0] == Expression.Infinity) return Bound.Least;
        if (!expression.IsScalar || expression.HasVariables || expression.Choices > 0) return null;
        return evaluator.At(expression, 0) is { IsReal: true } value ? new(value, 0) : null;
    }

    /// <summary>A chain such as 1 &lt; x &lt;= 5 is the intersection of its links.</summary>
    RealSet? Relation(Expression chain)
    {
        var relations = chain.Name.Split(' ');
        if (relations is ["\\in"]) return chain.Operands[0].IsSymbol ? Read(chain.Operands[1]) : null;
        if (chain.Choices > 0 || chain.Variables().Take(2).Count() != 1 || chain.Operands.Any(side => !IsSide(side))) return null;
        RealSet? total = null;
        for (var i = 0; i < relations.Length; i++)
        {
            if (Link(chain.Operands[i], relations[i], chain.Operands[i + 1]) is not { } link) return null;
            total = total?.Intersect(link) ?? link;
        }
        return total;
    }

    static bool IsSide(Expression side) => side.IsScalar || side == Expression.Infinity;

    RealSet? Link(Expression left, string relation, Expression right)
    {
        var unbounded = (right.IsSymbol && BoundOf(left) == Bound.Least) || (left.IsSymbol && BoundOf(right) == Bound.Greatest);
        if (unbounded && relation == "<") return RealSet.All(_arithmetic);
        if (Root(left, right) is not var (root, slope)) return null;
        var bound = new Bound(root, 0);
        var closed = relation is "\\le" or "\\ge" or "=";
        // slope * (x - root) relation 0
        var below = (relation is "<" or "\\le") == slope > 0;
        return relation switch
        {
            "=" => new([new(bound, true, bound, true)], _arithmetic),
            "\\ne" => new RealSet([new(bound, true, bound, true)], _arithmetic).Complement(),
            "<" or "\\le" or ">" or "\\ge" when below => new([new(Bound.Least, false, bound, closed)], _arithmetic),
            "<" or "\\le" or ">" or "\\ge" => new([new(bound, closed, Bound.Greatest, false)], _arithmetic),
            _ => null,
        };
    }

    /// <summary>The root of left - right and the sign of its slope, when it is linear in its only variable; otherwise null.</summary>
    public (Value Root, int Slope)? Root(Expression left, Expression right)
    {
        Value? Difference(Rational x)
        {
            var variable = Value.Of(x);
            if (evaluator.AtValue(left, variable) is not { } a || evaluator.AtValue(right, variable) is not { } b) return null;
            return _arithmetic.Subtract(a, b);
        }
        if (Difference(0) is not { } at0 || Difference(1) is not { } at1) return null;
        var slope = _arithmetic.Subtract(at1, at0);
        if (slope.IsZero || !slope.IsReal || !at0.IsReal) return null;
        // The far points detect |x - 3|, which is a straight line near 0.
        foreach (var x in (Rational[])[new(-7, 3), new(31, 11), s_far, -s_far])
        {
            var line = _arithmetic.Add(at0, _arithmetic.Multiply(slope, Value.Of(x)));
            if (Difference(x) is not { } at || !_arithmetic.Subtract(at, line).IsZero) return null;
        }
        return _arithmetic.Divide(Arithmetic.Negate(at0), slope) is { } root ? (root, slope.Sign) : null;
    }
}
