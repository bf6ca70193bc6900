namespace RebaseBatch.Contracts;

/// <summary>
/// The settings of a job that divide its work, place it in the queue or end it. They change nothing that is computed: jobs that differ in
/// them alone have the same results.
/// </summary>
public static class EffectlessSettings
{
    /// <summary>By their names in JSON.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["name", "batch_size", "max_attempts", "deadline", "keep_nodes_days", "priority", "team", "needs"];

    /// <summary>The job with one and the same value for each of them.</summary>
    public static JobSpec TakenOutOf(JobSpec spec) => spec with
    {
        Name = "",
        BatchSize = 1,
        MaxAttempts = 1,
        Deadline = null,
        KeepNodesDays = null,
        Priority = 0,
        Team = null,
        Needs = null,
    };
}
