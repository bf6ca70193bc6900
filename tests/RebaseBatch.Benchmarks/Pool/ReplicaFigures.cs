namespace RebaseBatch.Benchmarks.Pool;

/// <summary>What a simulated replica has done since it started.</summary>
/// <param name="Wall">Seconds since then.</param>
/// <param name="Busy">Seconds with at least one request in it.</param>
/// <param name="InFlight">Seconds of all requests together: over the wall time, the mean number of requests in flight.</param>
/// <param name="Decoded">Tokens sampled, and <paramref name="Iterations"/> that sampled any.</param>
/// <param name="Encoded">Tokens of prompts that were encoded; <paramref name="Cached"/> came from the prefix cache.</param>
sealed record ReplicaFigures(
    double Wall, double Busy, double InFlight, long Requests, long Decoded, long Iterations, long Encoded, long Cached)
{
    public ReplicaFigures Since(ReplicaFigures before) => new(
        Wall - before.Wall, Busy - before.Busy, InFlight - before.InFlight, Requests - before.Requests, Decoded - before.Decoded,
        Iterations - before.Iterations, Encoded - before.Encoded, Cached - before.Cached);
}
