namespace RebaseBatch.Benchmarks.Chaos;

/// <summary>What is done to the workers.</summary>
enum ChaosAction
{
    /// <summary>SIGKILL; another worker takes the place.</summary>
    Kill,

    /// <summary>SIGTERM; likewise.</summary>
    Drain,

    /// <summary>SIGSTOP for longer than a lease, then SIGCONT: its batches are someone else's when it wakes.</summary>
    Freeze,

    /// <summary>The server ends every connection there is.</summary>
    Cut,

    /// <summary>A job under way is cancelled.</summary>
    Cancel,
}
