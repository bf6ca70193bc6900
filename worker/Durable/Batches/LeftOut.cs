namespace RebaseBatch.Durable.Batches;

/// <summary>The work that a claim passes over: this worker has found that it can't serve it, or is not there for it.</summary>
/// <param name="Policies">Jobs with one of these policies, as jobs name them.</param>
/// <param name="Rewards">Jobs with one of these reward models, as jobs name them.</param>
/// <param name="Jobs">Jobs with these ids.</param>
sealed record LeftOut(string[] Policies, string[] Rewards, long[] Jobs)
{
    /// <summary>The claim may take any batch.</summary>
    public static LeftOut Nothing { get; } = new([], [], []);

    /// <summary>Jobs with a model that is not among these, as jobs name them, are passed over; null: none is for that reason.</summary>
    public string[]? Only { get; init; }

    /// <summary>
    /// What this worker meets of what jobs need (<see cref="Contracts.LabelSet.Meets"/>); jobs that need more are passed over.
    /// </summary>
    public string[] Meets { get; init; } = [];
}
