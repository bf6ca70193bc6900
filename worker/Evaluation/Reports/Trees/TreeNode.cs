using RebaseBatch.Core.Searching;

namespace RebaseBatch.Evaluation.Reports.Trees;

/// <summary>A stored step.</summary>
/// <param name="ParentNo">0 is the question.</param>
/// <param name="Depth">From 1.</param>
/// <param name="Score">Null for an unscored step.</param>
/// <param name="Tokens">How many tokens were sampled for it.</param>
sealed record TreeNode(int No, int ParentNo, int Depth, NodeState State, double? Score, int Tokens, string Text);
