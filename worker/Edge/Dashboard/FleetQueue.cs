namespace RebaseBatch.Edge.Dashboard;

/// <summary>The unfinished batches of one pair of models.</summary>
/// <param name="Jobs">Jobs with such a batch.</param>
/// <param name="Due">Batches that a worker may claim now.</param>
/// <param name="Later">Batches that wait for a time.</param>
/// <param name="OldestDueSeconds">For how long the longest due batch has been due; null without one.</param>
sealed record FleetQueue(string Policy, string? Reward, int Jobs, long Due, long Running, long Later, double? OldestDueSeconds);
