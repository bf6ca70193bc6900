using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace RebaseBatch.Contracts;

/// <summary>
/// A job as a message, for producers in any language; job-message.schema.json is its schema. The message's id identifies the job: a second
/// message with the same id is the same job.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record JobMessage
{
    /// <summary>The version that this program writes, and the newest that it reads.</summary>
    public const int CurrentVersion = 1;

    /// <summary>
    /// Longest body that is sent, in bytes: 192 KiB, because a message of Service Bus Standard has 256 KB with all its properties. A longer
    /// dataset is named by its URI.
    /// </summary>
    public const int LongestBody = 192 * 1024;

    /// <summary>Longest message id that Service Bus takes.</summary>
    public const int LongestId = 128;

    public required int Version { get; init; }

    /// <summary>
    /// Settings of the job by their names in <see cref="JobSpec"/>. The policy is required; other missing settings have the defaults of the
    /// preset and the strategy.
    /// </summary>
    public required JsonObject Job { get; init; }

    /// <summary>Where the problems are. A message has either this or <see cref="Problems"/>.</summary>
    public DatasetReference? Dataset { get; init; }

    /// <summary>The problems, each in a form that a line of a dataset may have.</summary>
    public JsonArray? Problems { get; init; }

    /// <summary>Tags of the job, as <see cref="TagSet"/> reads them. Null, and not written, for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Tags { get; init; }
}
