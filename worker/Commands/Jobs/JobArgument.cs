using System.CommandLine;

namespace RebaseBatch.Commands.Jobs;

/// <summary>The number of a job, as <c>jobs enqueue</c> prints it.</summary>
static class JobArgument
{
    public static Argument<long> Create() => new("JOB")
    {
        Description = "The job's number, which 'rebase jobs enqueue' printed.",
        CustomParser = NumberParser.JobNumber,
    };
}
