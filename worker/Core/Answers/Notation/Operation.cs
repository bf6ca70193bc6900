namespace RebaseBatch.Core.Answers.Notation;

/// <summary>What an <see cref="Expression"/> does with its operands.</summary>
enum Operation
{
    /// <summary>A fraction, in <see cref="Expression.Number"/>.</summary>
    Number,

    /// <summary>A variable or one of the constants <c>\pi</c>, <c>e</c>, <c>i</c>, <c>\infty</c>, by name.</summary>
    Symbol,

    Sum,
    Product,
    Negative,
    Reciprocal,

    /// <summary>± its operand; the name is <c>+</c>, or <c>-</c> for ∓.</summary>
    PlusMinus,

    /// <summary>Base and exponent.</summary>
    Power,

    /// <summary>Radicand; the number is the degree.</summary>
    Root,

    /// <summary>Function by name, of any number of operands.</summary>
    Function,

    /// <summary>Function without a definition, such as f, by name; of any number of operands.</summary>
    Call,

    Degrees,

    /// <summary>Digits in a base other than ten; the name is <c>digits_base</c>.</summary>
    BaseNumber,

    /// <summary>Two or more items in brackets; the name is the brackets: <c>(]</c>.</summary>
    Bracketed,

    Set,

    /// <summary>Items side by side; the name is <c>,</c> or <c>or</c> or <c>and</c>.</summary>
    List,

    Union,
    Intersection,

    /// <summary>The first operand without the second.</summary>
    Difference,

    /// <summary>All real numbers.</summary>
    Reals,

    /// <summary>Entries row by row; the number is the number of columns.</summary>
    Matrix,

    /// <summary>Expressions with relations between them; the name is the relations with spaces between: <c>&lt; \le</c>;
    /// the number is how many units were left out.</summary>
    Relation,
}
