namespace RebaseBatch.Benchmarks.Chaos;

/// <summary>What the benchmark does to the workers.</summary>
enum ChaosAction
{
    /// <summary>SIGKILL; another worker is started in its place.</summary>
    Kill,

    /// <summary>SIGTERM; another worker is started in its place.</summary>
    Drain,

    /// <summary>SIGSTOP for longer than a lease, then SIGCONT: another worker has its batches when it wakes.</summary>
    Freeze,

    /// <summary>The server ends all its connections.</summary>
    Cut,

    /// <summary>A running job is cancelled.</summary>
    Cancel,
}
