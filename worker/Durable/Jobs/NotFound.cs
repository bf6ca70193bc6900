using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Durable.Jobs;

/// <summary>The errors for an id that is not in the database.</summary>
static class NotFound
{
    public static UserException Job(long jobId) =>
        new(ExitCode.NotFound, $"there is no job {jobId} in this database; 'rebase jobs list' lists the jobs");

    public static UserException Sweep(long sweepId) => new(ExitCode.NotFound, $"there is no sweep {sweepId} in this database");
}
