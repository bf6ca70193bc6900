using RebaseBatch.Core.Searching;

namespace RebaseBatch.Evaluation.Reports.Trees;

/// <summary>A stored step.</summary>
/// <param name="ParentNo">0 is the question.</param>
/// <param name="Depth">From 1.</param>
/// <param name="Score">Null for an unscored one.</param>
/// <param name="Tokens">Sampled for it.</param>
sealed record TreeNode(int No, int ParentNo, int Depth, NodeState State, double? Score, int Tokens, string Text);
