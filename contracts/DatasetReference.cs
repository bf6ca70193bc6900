using System.Text.Json.Serialization;

namespace RebaseBatch.Contracts;

/// <summary>A dataset that lies elsewhere, or a part of it.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record DatasetReference
{
    /// <summary>https URI of a JSON Lines file, or of a blob of the account that the workers are configured with.</summary>
    public required string Uri { get; init; }

    /// <summary>First line that is taken; the file's first, 1, unless given.</summary>
    public int? FirstLine { get; init; }

    /// <summary>Last line that is taken, itself included; the file's last unless given.</summary>
    public int? LastLine { get; init; }

    /// <summary>Whether bad lines are left out; else one of them makes the message invalid.</summary>
    public bool? SkipInvalid { get; init; }
}
