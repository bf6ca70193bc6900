namespace RebaseBatch.Inference.Remote;

/// <summary>What a request's choice of a replica depends on.</summary>
/// <param name="IsAway">It gets no requests now.</param>
/// <param name="IsFull">A further request would wait for a place.</param>
/// <param name="Load">Requests there, and one more for each search that stays with it.</param>
/// <param name="Failures">How often it failed this request.</param>
readonly record struct ReplicaState(bool IsAway, bool IsFull, int Load, int Failures);
