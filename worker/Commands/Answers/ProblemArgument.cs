using System.CommandLine;
using Npgsql;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Durable.Results;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.Answers;

/// <summary>A problem of a job, as people name it.</summary>
static class ProblemArgument
{
    public static Argument<string> Create() => new("PROBLEM")
    {
        Description = "The problem's id in its dataset, or its number in the dataset's order, from 1. 'rebase answers list' shows both.",
    };

    /// <exception cref="UserException">NotFound: no such job, or no such problem.</exception>
    public static async Task<ProblemDetail> FindAsync(NpgsqlDataSource db, long jobId, string name, CancellationToken ct)
    {
        if (await new ProblemQueries(db).FindAsync(jobId, name, ct) is { } found) return found;
        var job = await new JobStore(db).ProgressAsync(jobId, ct) ?? throw NotFound.Job(jobId);
        throw new UserException(ExitCode.NotFound, $"job {jobId} has no problem '{name}': it has {job.Problems} problems, "
            + $"and 'rebase answers list {jobId}' shows their numbers and ids");
    }
}
