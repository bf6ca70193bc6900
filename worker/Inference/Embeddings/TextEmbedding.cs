using RebaseBatch.Core.Searching;

namespace RebaseBatch.Inference.Embeddings;

/// <summary>The direction of a text, and what it cost.</summary>
/// <param name="Direction">As <see cref="UnitVector.Of"/> makes it; null for a text that has none.</param>
readonly record struct TextEmbedding(Half[]? Direction, ModelCost Cost);
