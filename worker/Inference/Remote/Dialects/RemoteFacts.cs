namespace RebaseBatch.Inference.Remote.Dialects;

/// <summary>What a server says of the model that it serves.</summary>
/// <param name="Model">The model's name at the server.</param>
/// <param name="Revision">What tells these weights from others of that name; empty when the server says nothing.</param>
/// <param name="Version">The server's own version; empty when it says none.</param>
/// <param name="ContextTokens">Longest sequence in tokens; null when it does not say.</param>
sealed record RemoteFacts(string Model, string Revision, string Version, int? ContextTokens);
