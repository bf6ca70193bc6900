namespace RebaseBatch.Contracts.Gates;

/// <summary>What the baseline and the run ran on, in one respect.</summary>
/// <param name="Name">Such as "runtime build", or "quantisation of tiny-math-policy-s".</param>
/// <param name="Baseline">Several values, if its attempts differ, are separated by " and "; null if it is not known.</param>
/// <param name="Run">The same of the run.</param>
/// <param name="IsEngine">Whether another value is another engine: only then is a run not compared with its baseline.</param>
public sealed record GateFact(string Name, string? Baseline, string? Run, bool IsEngine)
{
    /// <summary>Whether both are known and not the same.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool Differs => Baseline is not null && Run is not null && Baseline != Run;
}
