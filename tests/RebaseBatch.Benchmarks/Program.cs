using RebaseBatch.Benchmarks.Allocation;
using RebaseBatch.Benchmarks.Chaos;
using RebaseBatch.Benchmarks.Checkpoint;
using RebaseBatch.Benchmarks.Engine;
using RebaseBatch.Benchmarks.Grading;
using RebaseBatch.Benchmarks.Limit;
using RebaseBatch.Benchmarks.Pool;
using RebaseBatch.Benchmarks.Queue;
using RebaseBatch.Benchmarks.Results;
using RebaseBatch.Benchmarks.Resume;
using RebaseBatch.Benchmarks.Sampling;
using RebaseBatch.Benchmarks.Soak;

// Usage: dotnet run -c Release --project tests/RebaseBatch.Benchmarks -- VERB [options]; each verb documents its own options.
return args switch
{
    ["engine", .. var rest] => await EngineBenchmark.RunAsync(rest),
    ["limit", .. var rest] => await LimitBenchmark.RunAsync(rest),
    ["engine-run", var work] => await EngineRun.RunAsync(work),
    ["checkpoint", .. var rest] => await CheckpointBenchmark.RunAsync(rest),
    ["resume", .. var rest] => await ResumeBenchmark.RunAsync(rest),
    ["queue", .. var rest] => await QueueBenchmark.RunAsync(rest),
    ["claim", .. var rest] => await ClaimBenchmark.RunAsync(rest),
    ["results", .. var rest] => await ResultsBenchmark.RunAsync(rest),
    ["sampling", .. var rest] => await SamplingBenchmark.RunAsync(rest),
    ["allocation", .. var rest] => await AllocationBenchmark.RunAsync(rest),
    ["soak", .. var rest] => await SoakBenchmark.RunAsync(rest),
    ["chaos", .. var rest] => await ChaosBenchmark.RunAsync(rest),
    ["grading", .. var rest] => await GradingBenchmark.RunAsync(rest),
    ["pool", .. var rest] => await PoolBenchmark.RunAsync(rest),
    ["pool-serve", var replicas, var step, var vocabulary] => await PoolServer.RunAsync(replicas, step, vocabulary),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        Benchmarks of RebaseBatch. The figures are ratios within one run, except those of results and pool. The compared variants take
        turns, so that they run under the same conditions.
          engine      compares whole REBASE searches with a bare decode loop and with code that shares nothing, or with --pairs N both
                      runtimes with each other; 'engine --help' explains its options
          limit       compares whole REBASE searches with the most that llama.cpp does on this machine; 'limit --help' explains its options
          checkpoint  compares searches with checkpoints in Postgres and without
          resume      compares the cost of resuming a stopped job with the cost of its first half
          queue       claims and completions per second, of eight workers and of one
          claim       milliseconds of a claim while 10,000 batches wait in different shapes
          results     milliseconds to read the summary views over a million answers
          sampling    time of draws by vocabulary and filter, also as a share of the decode call before them
          allocation  managed bytes for each further token of a step
          soak        searches of mixed widths in a small context for minutes: does memory grow?
          chaos       workers killed, frozen and disconnected at random for minutes: do the tables stay correct?
          grading     the grader's verdicts against those of a file
          pool        searches against simulated replicas of a 7B model: are they busy, and what does the worker cost?
        All of them but queue, results, grading and pool take --runtime LLamaSharp|LlamaCpp, the runtime that decodes (default: the
        program's own).
        """);
    return 2;
}
