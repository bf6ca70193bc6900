namespace RebaseBatch.Edge.Dashboard;

/// <summary>The unfinished batches of one priority and one team.</summary>
/// <param name="Team">Null: the jobs without a team.</param>
/// <param name="Jobs">Jobs with such a batch.</param>
/// <param name="Due">Batches that a worker may claim now.</param>
/// <param name="Later">Batches that wait for a time, or for other jobs.</param>
/// <param name="OldestDueSeconds">For how long the longest due batch has been due; null without one.</param>
sealed record FleetLine(int Priority, string? Team, int Jobs, long Due, long Running, long Later, double? OldestDueSeconds);
