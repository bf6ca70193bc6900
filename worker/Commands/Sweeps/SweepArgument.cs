using System.CommandLine;

namespace RebaseBatch.Commands.Sweeps;

/// <summary>The number of a sweep, as <c>jobs enqueue --sweep</c> prints it.</summary>
static class SweepArgument
{
    public static Argument<long> Create() => new("SWEEP")
    {
        Description = "The sweep's number, which 'rebase jobs enqueue --sweep' printed.", CustomParser = NumberParser.SweepNumber,
    };

    public static Argument<long[]> CreateSeveral() => new("SWEEP")
    {
        Description = "The numbers of one sweep or several.", Arity = ArgumentArity.OneOrMore, CustomParser = NumberParser.SweepNumbers,
    };
}
