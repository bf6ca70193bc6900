using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace RebaseBatch.Contracts;

/// <summary>A strategy of a sweep.</summary>
/// <param name="Widths">One job for each. Empty: the default width, which is 1 for greedy search.</param>
/// <param name="Settings">Settings of its jobs, by their names in <see cref="JobSpec"/>.</param>
public sealed record SweepStrategy(SearchStrategy Strategy, IReadOnlyList<int> Widths, JsonObject Settings)
{
    /// <summary>Tags of its jobs, besides those of the sweep. Null, and not written, for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Tags { get; init; }
}
