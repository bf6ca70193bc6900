using RebaseBatch.Core.Answers.Values;

namespace RebaseBatch.Core.Answers.Notation;

/// <summary>A node of an answer's syntax tree, as deep as <see cref="AnswerParser.DeepestNesting"/> allows.</summary>
sealed class Expression(Operation operation, Expression[] operands, string name = "", Rational? number = null)
{
    public static readonly Expression Infinity = new(Operation.Symbol, [], "\\infty");

    public Operation Operation => operation;

    public IReadOnlyList<Expression> Operands => operands;

    public string Name => name;

    public Rational Number => number ?? 0;

    public bool HasVariables { get; } = operands.Any(operand => operand.HasVariables)
        || (operation == Operation.Symbol && name is not ("\\pi" or "e" or "i" or "\\infty"));

    /// <summary>How many ± it contains.</summary>
    public int Choices { get; } = operands.Sum(operand => operand.Choices) + (operation == Operation.PlusMinus ? 1 : 0);

    public bool IsSymbol => operation == Operation.Symbol;

    /// <summary>A number or a term with variables, as opposed to a list, set, matrix, relation and the like.</summary>
    public bool IsScalar => operation < Operation.BaseNumber && this != Infinity;

    public static Expression Of(Rational value) => new(Operation.Number, [], number: value);

    public static Expression Symbol(string name) => name == Infinity.Name ? Infinity : new(Operation.Symbol, [], name);

    public static Expression Negative(Expression operand) => new(Operation.Negative, [operand]);

    public static Expression Function(string name, params Expression[] operands) => new(Operation.Function, operands, name);

    /// <summary>The names of the variables in it, in ordinal order.</summary>
    public IEnumerable<string> Variables() => Symbols().Distinct().Order(StringComparer.Ordinal);

    IEnumerable<string> Symbols()
    {
        if (!HasVariables) return [];
        return IsSymbol ? [name] : operands.SelectMany(operand => operand.Symbols());
    }
}
