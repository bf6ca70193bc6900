namespace RebaseBatch.Inference.Remote.Dialects;

/// <summary>What a server sampled.</summary>
/// <param name="Tokens">In order; end-of-generation and tokens behind the stop may be among them.</param>
readonly record struct SampleReply(int[] Tokens, SampleEnd End, RemoteUsage Usage);
