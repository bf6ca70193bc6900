namespace RebaseBatch.Tests.Inference.Remote;

/// <summary>A request that reached a <see cref="StubServer"/>.</summary>
sealed record StubRequest(string Method, string Path, string Body, string Authorization, string? ContentType);
