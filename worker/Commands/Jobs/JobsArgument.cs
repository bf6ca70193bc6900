using System.CommandLine;

namespace RebaseBatch.Commands.Jobs;

/// <summary>The numbers of one job or several.</summary>
static class JobsArgument
{
    public static Argument<long[]> Create() => new("JOB")
    {
        Description = "The jobs' numbers, which 'rebase jobs enqueue' printed.",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = NumberParser.JobNumbers,
    };
}
