namespace RebaseBatch.Core.Answers.Notation;

/// <summary>Words that mean the same as a symbol.</summary>
static class Phrases
{
    /// <returns>Null when the text is not such a phrase.</returns>
    public static Expression? Of(string text) => text.ToUpperInvariant() switch
    {
        "ALL REAL NUMBERS" or "ALL REALS" or "REAL NUMBERS" or "ALL REAL NUMBERS X" => new(Operation.Reals, []),
        "EMPTY SET" or "THE EMPTY SET" => new(Operation.Set, []),
        "NEGATIVE INFINITY" => Expression.Negative(Expression.Infinity),
        _ => null,
    };
}
