using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace RebaseBatch.Contracts;

/// <summary>
/// A job as a message, for producers in any language: job-message.schema.json is its schema. The message's id makes the job
/// unique: the same id again is the same job.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record JobMessage
{
    /// <summary>The version that this program writes, and the newest that it reads.</summary>
    public const int CurrentVersion = 1;

    /// <summary>Longest body that is sent, in bytes: 192 KiB, as a message of Service Bus Standard has 256 KB with all its properties. Longer datasets are named by their URI.</summary>
    public const int LongestBody = 192 * 1024;

    /// <summary>Longest message id, as Service Bus has it.</summary>
    public const int LongestId = 128;

    public required int Version { get; init; }

    /// <summary>Settings of the job by their names in <see cref="JobSpec"/>; what is left out has the default of the preset and the strategy. The policy is required.</summary>
    public required JsonObject Job { get; init; }

    /// <summary>Where the problems are; either this or <see cref="Problems"/>.</summary>
    public DatasetReference? Dataset { get; init; }

    /// <summary>The problems themselves, each in a form that a dataset's line may have.</summary>
    public JsonArray? Problems { get; init; }
}
