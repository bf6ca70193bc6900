using RebaseBatch.Core.Answers.Notation;
using RebaseBatch.Core.Answers.Values;

namespace RebaseBatch.Core.Answers.Canonical;

/// <summary>
/// The key of a parsed answer: equal answers have equal keys. The order of a list's items does not matter; a set is a list without
/// repetitions, and a set of one item is that item.
/// </summary>
sealed class ExpressionKey
{
    readonly Evaluator _evaluator;
    readonly ScalarKey _scalars;
    readonly RealSetReader _realSets;
    readonly RelationKey _relations;

    public ExpressionKey(Budget budget)
    {
        _evaluator = new(new(budget));
        _scalars = new(_evaluator);
        _realSets = new(_evaluator);
        _relations = new(this, _scalars, _realSets);
    }

    /// <exception cref="UnreadableException">A part of it has no value that can be computed.</exception>
    public string Of(Expression expression) => Joined(Items(expression));

    /// <inheritdoc cref="RoundedValue.Of"/>
    public RoundedValue? Rounded(Expression expression) => RoundedValue.Of(expression, _evaluator);

    /// <inheritdoc cref="RoundedValue.All"/>
    public IEnumerable<Rational?> Numbers(Expression expression) => RoundedValue.All(expression, _evaluator);

    /// <summary>The items that the answer lists; each choice of a ± is an item.</summary>
    public IEnumerable<string> Items(Expression expression) => expression.Operation switch
    {
        Operation.List => List(expression),
        Operation.Set => expression.Operands.SelectMany(Items).Distinct(),
        Operation.Relation => _relations.Items(expression),
        Operation.Bracketed => [Bracketed(expression)],
        Operation.Reals or Operation.Union or Operation.Intersection or Operation.Difference =>
            OfRealSet(_realSets.Read(expression) ?? throw new UnreadableException("a union of no intervals")),
        Operation.Matrix => [Matrix(expression)],
        Operation.BaseNumber => [expression.Name],
        Operation.Negative when expression.Operands[0] is { Operation: Operation.BaseNumber } digits =>
            ["-" + digits.Name],
        Operation.Product when Scaled(expression) is { } matrix => [Matrix(matrix)],
        Operation.Negative when expression.Operands[0] is { Operation: Operation.Matrix } matrix =>
            [Matrix(Scaled(matrix, [Expression.Of(-1)]))],
        _ when Infinity(expression) is { } infinity => infinity,
        _ => _scalars.Of(expression).Distinct(),
    };

    public static IEnumerable<string> OfRealSet(RealSet set)
    {
        var intervals = set.Intervals;
        return intervals.All(interval => interval.IsPoint) ? intervals.Select(point => point.ToString()) : [string.Join(" ∪ ", intervals)];
    }

    static string Joined(IEnumerable<string> items)
    {
        var list = items.Order(StringComparer.Ordinal).ToList();
        return list is [var only] ? only : $"{{{string.Join("; ", list)}}}";
    }

    IEnumerable<string> List(Expression list)
    {
        var items = list.Operands;
        if (items.All(item => item.Operation == Operation.Relation) && Combined(list) is { } set) return OfRealSet(set);
        // x=1, y=2 must not be 2, 1.
        var several = items.Select(RelationKey.OnlyVariable).OfType<string>().Distinct().Count() > 1;
        return items.SelectMany(item => several && RelationKey.OnlyVariable(item) is { } name ? [$"{name}: {Of(item)}"] : Items(item));
    }

    /// <summary>
    /// Conditions joined by "or", or by "and" as in x > 0, x ≠ 2. But x &lt; 2 and x > 3 means the numbers of both.
    /// </summary>
    RealSet? Combined(Expression list)
    {
        var all = list.Name == "and" || (list.Name == "," && list.Operands.Any(item => item.Name == "\\ne"));
        if ((!all && list.Name == ",") || list.Variables().Count() != 1) return null;
        var sets = list.Operands.Select(_realSets.Read).ToList();
        if (sets.Any(set => set is null)) return null;
        var common = all ? sets.Aggregate((a, b) => a!.Intersect(b!)) : null;
        return common is { Intervals.Count: > 0 } ? common : sets.Aggregate((a, b) => a!.Union(b!));
    }

    string Bracketed(Expression expression)
    {
        var entries = expression.Operands.Select(Of).ToList();
        var open = expression.Name[0] == '[' && entries[0] != "-∞" ? '[' : '(';
        var close = expression.Name[1] == ']' && entries[^1] != "∞" ? ']' : ')';
        return $"{open}{string.Join(", ", entries)}{close}";
    }

    static IEnumerable<string>? Infinity(Expression expression) => expression switch
    {
        _ when expression == Expression.Infinity => ["∞"],
        { Operation: Operation.Negative, Operands: [var operand] } when operand == Expression.Infinity => ["-∞"],
        { Operation: Operation.PlusMinus, Operands: [var operand] } when operand == Expression.Infinity => ["∞", "-∞"],
        _ => null,
    };

    string Matrix(Expression matrix) => $"matrix {matrix.Number}: {string.Join(", ", matrix.Operands.Select(Of))}";

    static Expression? Scaled(Expression product)
    {
        var matrices = product.Operands.Where(factor => factor.Operation == Operation.Matrix).Take(2).ToList();
        return matrices is [var matrix] ? Scaled(matrix, [.. product.Operands.Where(factor => factor != matrix)]) : null;
    }

    static Expression Scaled(Expression matrix, Expression[] factors) =>
        new(
            Operation.Matrix,
            [.. matrix.Operands.Select(entry => new Expression(Operation.Product, [.. factors, entry]))],
            number: matrix.Number);
}
