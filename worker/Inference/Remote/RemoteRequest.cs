namespace RebaseBatch.Inference.Remote;

/// <summary>A request of one model's server.</summary>
/// <param name="Path">Relative to the endpoint's address, such as <c>v1/completions</c>.</param>
/// <param name="Json">The body of a POST, in UTF-8; empty for a GET.</param>
sealed record RemoteRequest(string Path, ReadOnlyMemory<byte> Json)
{
    public static RemoteRequest Get(string path) => new(path, default);

    public bool IsGet => Json.IsEmpty;
}
