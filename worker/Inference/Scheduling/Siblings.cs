namespace RebaseBatch.Inference.Scheduling;

/// <summary>The children of one node that a wave asks for: they share its prefix.</summary>
/// <param name="Parent">The node's number; 0 is the root.</param>
/// <param name="Children">The children's numbers, at least one.</param>
readonly record struct Siblings(int Parent, IReadOnlyList<int> Children);
