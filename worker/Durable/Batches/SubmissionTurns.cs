namespace RebaseBatch.Durable.Batches;

/// <summary>
/// Where the jobs of one command stand in their lines. They come after one another, as the jobs of one submission: jobs that each took the
/// turn of a submission of their own would share the workers with one job of somebody else as many to one. Not thread-safe.
/// </summary>
sealed class SubmissionTurns
{
    // A line is a priority and a team; the turn after the last batch that the command has in it.
    readonly Dictionary<(short Priority, string Team), long> _next = [];

    public short[] Priorities => [.. _next.Keys.Select(line => line.Priority)];

    public string[] Teams => [.. _next.Keys.Select(line => line.Team)];

    /// <summary>In the order of <see cref="Priorities"/> and <see cref="Teams"/>.</summary>
    public long[] Nexts => [.. _next.Values];

    /// <summary>Null: the command has no job in the line yet.</summary>
    public long? NextOf(int priority, string team) => _next.TryGetValue(((short)priority, team), out var next) ? next : null;

    /// <summary>The command has batches in the line, up to the turn before this one.</summary>
    public void Take(int priority, string team, long next) => _next[((short)priority, team)] = next;
}
