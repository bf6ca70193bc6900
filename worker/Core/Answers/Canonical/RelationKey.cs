using RebaseBatch.Core.Answers.Notation;
using RebaseBatch.Core.Answers.Values;

namespace RebaseBatch.Core.Answers.Canonical;

/// <summary>
/// Keys of relations. A name set equal to a value is that value: x = 5 is 5. Two other equations are equal when their differences of both
/// sides are equal up to a factor. For inequalities the factor must be positive. An inequality linear in one variable is the interval of
/// its solutions.
/// </summary>
sealed class RelationKey(ExpressionKey keys, ScalarKey scalars, RealSetReader realSets)
{
    /// <summary>The variable that a relation such as x = 5 or y &lt; 3 is about; null for other expressions.</summary>
    public static string? OnlyVariable(Expression expression) =>
        expression.Operation == Operation.Relation && expression.Variables().Take(2).ToList() is [var name] ? name : null;

    /// <summary>The right side of y = 2x + 3; null for other expressions, also of x = 5.</summary>
    public static Expression? Definition(Expression expression) =>
        expression is
        {
            Operation: Operation.Relation, Name: "=",
            Operands: [{ IsSymbol: true } name, { HasVariables: true, IsScalar: true } value]
        }
        && !value.Variables().Contains(name.Name)
            ? value
            : null;

    /// <summary>The letter of x = 5; null for other expressions.</summary>
    public static string? ValuedVariable(Expression expression) =>
        expression is
        {
            Operation: Operation.Relation, Name: "=",
            Operands: [{ IsSymbol: true, Name: [var letter] }, { HasVariables: false }]
        }
        && char.IsLetter(letter) && expression.HasVariables
            ? letter.ToString()
            : null;

    /// <summary>Whether it is an equation of terms, which names no value: 3x + 1 = 16.</summary>
    public static bool IsUnsolved(Expression expression) =>
        expression is
        {
            HasVariables: true, Operation: Operation.Relation, Name: "=",
            Operands: [{ IsScalar: true } left, { IsScalar: true } right]
        }
        && !(IsName(left) && !right.HasVariables) && !(IsName(right) && !left.HasVariables) && !IsFunctionOrTuple(left);

    public IEnumerable<string> Items(Expression relation)
    {
        var (sides, relations) = WithoutApproximations(relation);
        if (sides.Count == 1) return keys.Items(sides[0]);
        if (relations is ["\\in"] && IsName(sides[0])) return keys.Items(sides[1]);
        if (relations.All(r => r == "=")) return Equation(sides, units: !relation.Number.IsZero);
        return realSets.Read(relation) is { } set ? ExpressionKey.OfRealSet(set) : [Conjunction(sides, relations)];
    }

    /// <summary>For pi ≈ 3.14 the exact side; x ≈ 3.14 counts as an equation.</summary>
    static (IReadOnlyList<Expression> Sides, IReadOnlyList<string> Relations) WithoutApproximations(Expression relation)
    {
        var relations = relation.Name.Split(' ');
        var exact = Array.IndexOf(relations, "\\approx");
        if (exact < 0) return (relation.Operands, relations);
        if (exact == 0 && IsName(relation.Operands[0])) return (relation.Operands, [.. relations.Select(r => r == "\\approx" ? "=" : r)]);
        return ([.. relation.Operands.Take(exact + 1)], relations[..exact]);
    }

    /// <summary>What may stand before a value to name it: a variable, a line segment AB, f(x), a tuple of variables.</summary>
    static bool IsName(Expression expression) => IsVariable(expression) || IsSegment(expression) || IsFunctionOrTuple(expression);

    static bool IsVariable(Expression expression) => expression is { IsSymbol: true, HasVariables: true };

    static bool IsSegment(Expression expression) => expression.Operation == Operation.Product
        && expression.Operands.All(
            factor => IsVariable(factor) && factor.Name is [>= 'A' and <= 'Z'] or "m" or ['\\', 'a', 'n', 'g', 'l', 'e', ..]);

    static bool IsFunctionOrTuple(Expression expression) =>
        expression.Operation == Operation.Call
        || (expression is { Operation: Operation.Bracketed, Name: "()" } && expression.Operands.All(IsVariable));

    IEnumerable<string> Equation(IReadOnlyList<Expression> sides, bool units)
    {
        if (!sides[^1].IsScalar || IsFunctionOrTuple(sides[0])) return keys.Items(sides[^1]);
        if (sides.Count == 2 && IsName(sides[1]) && !sides[0].HasVariables) return keys.Items(sides[0]); // 5 = x
        var values = IsName(sides[0]) ? sides.Skip(1).ToList() : sides;
        // For 1/3 = 0.333 the first side, which is usually the exact one.
        if (values.All(side => !side.HasVariables))
        {
            // With units it may be 1 hour = 60 minutes.
            if (!units && values.Skip(1).Any(side => scalars.Contradict(values[0], side)))
                throw new UnreadableException("a chain of different values");
            return keys.Items(values[0]);
        }
        return sides.Count == 2 ? Pair(sides[0], sides[1]) : [Conjunction(sides, [.. Enumerable.Repeat("=", sides.Count - 1)])];
    }

    IEnumerable<string> Pair(Expression left, Expression right)
    {
        var choices = Evaluator.SignChoices(new(Operation.Sum, [left, right]));
        if (choices == 1 && left.Variables().Union(right.Variables()).Take(2).Count() == 1 && realSets.Root(left, right) is var (root, _))
            return [ValueText.Of(root)];
        return Enumerable.Range(0, choices).Select(signs => "equation " + scalars.OfDifference(left, right, false, signs)).Distinct();
    }

    string Conjunction(IReadOnlyList<Expression> sides, IReadOnlyList<string> relations)
    {
        var links = Enumerable.Range(0, relations.Count).Select(i => Link(sides[i], relations[i], sides[i + 1]));
        return string.Join(" & ", links.Order(StringComparer.Ordinal));
    }

    string Link(Expression left, string relation, Expression right)
    {
        if (left.Choices + right.Choices > 0) throw new UnreadableException("an inequality with signs to choose");
        if (!left.HasVariables && !right.HasVariables) throw new UnreadableException("a relation of constants");
        return relation switch
        {
            "=" => "equation " + scalars.OfDifference(left, right, false, 0),
            "\\ne" => "unequal " + scalars.OfDifference(left, right, false, 0),
            "<" => "below " + scalars.OfDifference(left, right, true, 0),
            ">" => "below " + scalars.OfDifference(right, left, true, 0),
            "\\le" => "at most " + scalars.OfDifference(left, right, true, 0),
            "\\ge" => "at most " + scalars.OfDifference(right, left, true, 0),
            _ => throw new UnreadableException($"the relation {relation}"),
        };
    }
}
