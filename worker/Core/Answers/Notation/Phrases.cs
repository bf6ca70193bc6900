namespace RebaseBatch.Core.Answers.Notation;

/// <summary>Words for what has a symbol.</summary>
static class Phrases
{
    /// <returns>Null when the text is no such phrase.</returns>
    public static Expression? Of(string text) => text.ToUpperInvariant() switch
    {
        "ALL REAL NUMBERS" or "ALL REALS" or "REAL NUMBERS" or "ALL REAL NUMBERS X" => new(Operation.Reals, []),
        "EMPTY SET" or "THE EMPTY SET" => new(Operation.Set, []),
        "NEGATIVE INFINITY" => Expression.Negative(Expression.Infinity),
        _ => null,
    };
}
