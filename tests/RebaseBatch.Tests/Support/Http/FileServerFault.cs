namespace RebaseBatch.Tests.Support.Http;

/// <summary>What a <see cref="FileServer"/> does to one request instead of a good answer; nothing by default.</summary>
sealed record FileServerFault
{
    /// <summary>Answers with this status and no file.</summary>
    public int? Status { get; init; }

    public string? Location { get; init; }

    public string? RetryAfter { get; init; }

    /// <summary>Cuts the connection after so many bytes of the answer.</summary>
    public long? CutAfter { get; init; }

    /// <summary>Sends no more after so many bytes, until <see cref="Until"/>.</summary>
    public long? StallAfter { get; init; }

    /// <summary>Null: as long as the connection exists.</summary>
    public Task? Until { get; init; }
}
