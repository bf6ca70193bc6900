namespace RebaseBatch.Tests.Inference.Remote;

/// <summary>How a <see cref="StubServer"/> answers one request.</summary>
sealed record StubReply
{
    public static readonly StubReply Ok = new();

    public static readonly StubReply Never = new() { When = new TaskCompletionSource().Task };

    public int Status { get; init; } = 200;

    public string Body { get; init; } = """{"ok":true}""";

    public string? RetryAfter { get; init; }

    public string? Location { get; init; }

    /// <summary>Sends half of the body and closes the connection.</summary>
    public bool IsCut { get; init; }

    /// <summary>The answer comes when it is completed, or never when the client goes first; null for at once.</summary>
    public Task? When { get; init; }
}
