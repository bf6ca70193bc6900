namespace RebaseBatch.Tests.Support.RemoteModels;

/// <summary>What goes wrong with one generation request.</summary>
sealed record ModelServerFault
{
    /// <summary>Answered at once with this status, before anything is generated; null generates.</summary>
    public int? Status { get; init; }

    /// <summary>The Retry-After header of that answer.</summary>
    public string? RetryAfter { get; init; }

    /// <summary>Waits so long before the request is looked at.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Waits for this task before the request is looked at.</summary>
    public Task? Until { get; init; }

    /// <summary>Whether the connection ends in the middle of the reply.</summary>
    public bool IsCut { get; init; }
}
