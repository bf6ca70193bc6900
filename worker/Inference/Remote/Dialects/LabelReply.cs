namespace RebaseBatch.Inference.Remote.Dialects;

/// <summary>Log-probabilities of two labels behind a text; only their difference has a meaning.</summary>
readonly record struct LabelReply(double Good, double Bad, RemoteUsage Usage);
