using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace RebaseBatch.Contracts;

/// <summary>
/// An evaluation of every dataset by every policy, strategy, width, reward model and seed, with one job for each combination. Stored with
/// the jobs that it made and with the schedules that make them.
/// </summary>
public sealed record SweepSpec
{
    /// <summary>A name for people; not unique.</summary>
    public required string Name { get; init; }

    public required IReadOnlyList<SweepDataset> Datasets { get; init; }

    /// <summary>Policy models: catalog names, or paths or https addresses of GGUF files.</summary>
    public required IReadOnlyList<string> Policies { get; init; }

    /// <summary>Reward models, in the same forms. Greedy search uses none; without any, sampling is unscored.</summary>
    public required IReadOnlyList<string> Rewards { get; init; }

    public required IReadOnlyList<SweepStrategy> Strategies { get; init; }

    /// <summary>Seeds of the jobs. Greedy search draws nothing, so it runs with the first only.</summary>
    public required IReadOnlyList<long> Seeds { get; init; }

    /// <summary>Settings of every job, by their names in <see cref="JobSpec"/>. A strategy's own settings take precedence.</summary>
    public required JsonObject Settings { get; init; }

    /// <summary>
    /// Tags of the sweep and of every job that it makes, as <see cref="TagSet"/> reads them. Null, and not written, for none.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>
    /// Its new jobs wait until these have completed: numbers of jobs, or <c>sweep:N</c>. Null, and not written, for none.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? After { get; init; }

    /// <summary>As <see cref="After"/>, but whatever becomes of these jobs. Only one of the two is given.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? AfterAny { get; init; }
}
