using System.Text.Json.Nodes;

namespace RebaseBatch.Contracts;

/// <summary>A strategy of a sweep.</summary>
/// <param name="Widths">A job each; empty for greedy search, whose width is 1, and else for the default width.</param>
/// <param name="Settings">Settings of its jobs, by their names in <see cref="JobSpec"/>.</param>
public sealed record SweepStrategy(SearchStrategy Strategy, IReadOnlyList<int> Widths, JsonObject Settings);
