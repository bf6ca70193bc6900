using System.Text.Json.Serialization;

namespace RebaseBatch.Contracts;

/// <summary>A dataset of a sweep.</summary>
/// <param name="Path">Path, or http or https address, of a file that <c>jobs enqueue</c> takes; stored without the address's query.</param>
/// <param name="Limit">How many problems to take, from the first on; null for all.</param>
/// <param name="Sha256">
/// Hash of its problems in a sweep that is stored with a schedule, because the database then holds them; otherwise null.
/// </param>
/// <param name="Tolerance">The setting <see cref="JobSpec.Tolerance"/> of its jobs; null: as the sweep's settings have it.</param>
/// <param name="NoGold">Whether a dataset without any right answer is taken; not written when it is not.</param>
public sealed record SweepDataset(
    string Path, int? Limit, string? Sha256 = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Tolerance = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? NoGold = null) : DatasetFieldNames
{
    /// <summary>Tags of its jobs, besides those of the sweep. Null, and not written, for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Tags { get; init; }
}
