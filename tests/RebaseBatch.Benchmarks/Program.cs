using RebaseBatch.Benchmarks.Allocation;
using RebaseBatch.Benchmarks.Chaos;
using RebaseBatch.Benchmarks.Checkpoint;
using RebaseBatch.Benchmarks.Engine;
using RebaseBatch.Benchmarks.Queue;
using RebaseBatch.Benchmarks.Results;
using RebaseBatch.Benchmarks.Resume;
using RebaseBatch.Benchmarks.Sampling;
using RebaseBatch.Benchmarks.Soak;

// Usage: dotnet run -c Release --project tests/RebaseBatch.Benchmarks -- VERB [options]; each verb says its own options.
return args switch
{
    ["engine", .. var rest] => await EngineBenchmark.RunAsync(rest),
    ["checkpoint", .. var rest] => await CheckpointBenchmark.RunAsync(rest),
    ["resume", .. var rest] => await ResumeBenchmark.RunAsync(rest),
    ["queue", .. var rest] => await QueueBenchmark.RunAsync(rest),
    ["results", .. var rest] => await ResultsBenchmark.RunAsync(rest),
    ["sampling", .. var rest] => await SamplingBenchmark.RunAsync(rest),
    ["allocation", .. var rest] => await AllocationBenchmark.RunAsync(rest),
    ["soak", .. var rest] => await SoakBenchmark.RunAsync(rest),
    ["chaos", .. var rest] => await ChaosBenchmark.RunAsync(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        Benchmarks of RebaseBatch. Figures are ratios within one run, but for those of results: competitors take turns, so that both meet the same machine.
          engine      whole REBASE searches against a bare decode loop and against code that shares nothing
          checkpoint  searches with checkpoints into Postgres against the same without
          resume      what it takes to be again where a stopped job was, against what it took to get there
          queue       claims and completions a second, of eight workers against one
          results     milliseconds to read the summary views over a million answers
          sampling    draws by vocabulary and filter, and against the decode call before them
          allocation  managed bytes for each further token of a step
          soak        searches of mixed widths in a small context for minutes: does memory grow?
          chaos       workers killed, frozen and cut off at random for minutes: does every promise of the tables hold?
        """);
    return 2;
}
