using System.Text.Json.Serialization;

namespace RebaseBatch.Contracts;

/// <summary>A remote dataset, or a part of one.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record DatasetReference : DatasetFieldNames
{
    /// <summary>https URI of a file that <c>jobs enqueue</c> takes, or of a blob of the account that the workers have.</summary>
    public required string Uri { get; init; }

    /// <summary>First line to take, from 1; null for the file's first.</summary>
    public int? FirstLine { get; init; }

    /// <summary>Last line to take, included; null for the file's last.</summary>
    public int? LastLine { get; init; }

    /// <summary>Whether bad lines are skipped; otherwise one bad line makes the message invalid.</summary>
    public bool? SkipInvalid { get; init; }
}
