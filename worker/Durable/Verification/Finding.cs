namespace RebaseBatch.Durable.Verification;

/// <summary>What one check found.</summary>
/// <param name="Rows">How many rows or files it looked at.</param>
/// <param name="Faults">How many of them are false. Of a note (<see cref="IsNote"/>): how many there are.</param>
/// <param name="Examples">The first of them, a sentence each.</param>
/// <param name="WayOut">What a person can do about what the program can't repair; null when it can repair all.</param>
sealed record Finding(string Check, long Rows, long Faults, IReadOnlyList<string> Examples, string? WayOut)
{
    /// <summary>The jobs that the faults are of.</summary>
    public IReadOnlyList<long> Jobs { get; init; } = [];

    /// <summary>The files that the faults are of.</summary>
    public IReadOnlyList<StoredFile> Files { get; init; } = [];

    /// <summary>Only listed: it does no harm, and it is not a fault.</summary>
    public bool IsNote { get; init; }

    /// <summary>How many rows the repair changed.</summary>
    public long Repaired { get; init; }

    public bool IsFaulty => Faults > 0 && !IsNote;
}
