namespace RebaseBatch.Core.Searching;

/// <summary>A step that was just sampled and is not a node yet.</summary>
/// <param name="Path">The steps before it, from the first; empty for a first step.</param>
/// <param name="Text">Its own text, without a trimmed boundary.</param>
/// <param name="Tokens">How many of its tokens were kept.</param>
/// <param name="End">Why it ended.</param>
sealed record FreshStep(string Question, IReadOnlyList<SearchNode> Path, string Text, int Tokens, StepEnd End)
{
    public int Depth => Path.Count + 1;

    /// <summary>Tokens from the first step up to and with this one.</summary>
    public int SolutionTokens => Path.Sum(node => node.Tokens.Length) + Tokens;
}
