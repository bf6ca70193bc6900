namespace RebaseBatch.Inference.Remote.Dialects;

/// <summary>The tokens of one request, as the server counts them.</summary>
/// <param name="Prompt">Tokens of the prompt.</param>
/// <param name="Cached">Those of them that its prefix cache held; null when it does not say.</param>
/// <param name="Sampled">Tokens drawn.</param>
readonly record struct RemoteUsage(int Prompt, int? Cached, int Sampled);
