namespace RebaseBatch.Benchmarks.Limit;

/// <summary>
/// What calls read: pieces of steps at the ends of paths as a search has them. The paths of a tree share its prompt, and siblings share the
/// steps behind it too. Hardly more is shared: behind a prompt of 52 tokens and 46 tokens of steps, the 16 paths of a tree of the bundled
/// policy hold 430 different tokens.
/// </summary>
/// <param name="Prompt">Tokens of a prompt.</param>
/// <param name="Before">Tokens of the steps between the prompt and the step that is read.</param>
/// <param name="Step">Tokens of that step.</param>
/// <param name="Piece">Tokens of a path that one call reads: 1 where a policy samples, whole steps where a reward model scores.</param>
/// <param name="Width">Paths of a tree.</param>
/// <param name="Siblings">Paths that continue the same step.</param>
sealed record ReadShape(int Prompt, int Before, int Step, int Piece, int Width, int Siblings)
{
    /// <summary>Tokens of a path before the piece.</summary>
    public int Prefix => Prompt + Before;

    /// <summary>Tokens that a path grows by, in whole pieces, before it is cut back.</summary>
    public int Growth => (Math.Max(Step, Piece) + Piece - 1) / Piece * Piece;

    /// <summary>Cells that the paths take in a unified cache, at most.</summary>
    public int Cells(int paths) => paths * (Before + Growth) + (paths + Width - 1) / Width * Prompt;
}
