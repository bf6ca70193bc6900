using System.CommandLine;
using RebaseBatch.Errors;

namespace RebaseBatch.Commands.Jobs;

/// <summary>The number of a job, as <c>jobs enqueue</c> prints it.</summary>
static class JobArgument
{
    public static Argument<long> Create() => new("JOB") { Description = "The job's number, as 'rebase jobs enqueue' printed it.", CustomParser = Parser.JobNumber };

    public static UserException Missing(long jobId) =>
        new(ExitCode.NotFound, $"there is no job {jobId} in this database; 'rebase jobs list' shows those there are");
}
