using RebaseBatch.Benchmarks.Database;
using RebaseBatch.Benchmarks.Measuring;
using RebaseBatch.Benchmarks.Models;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Checkpoints;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Durable.Leases;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Solving;

namespace RebaseBatch.Benchmarks.Jobs;

/// <summary>
/// The parts of a benchmark of stored jobs: the bundled models, a number of the bundled problems in one batch, and a private Postgres.
/// </summary>
sealed class JobBench : IAsyncDisposable
{
    // Far longer than a round, because nobody renews the lease here.
    static readonly TimeSpan s_lease = TimeSpan.FromHours(1);

    readonly int _repeats;

    JobBench(int repeats, JobSpec spec, IReadOnlyList<ProblemSpec> problems, InferenceOptions options, PrivatePostgres postgres,
        ModelLease models) =>
        (_repeats, Spec, Problems, Options, Postgres, Models) = (repeats, spec, problems, options, postgres, models);

    public JobSpec Spec { get; }

    public IReadOnlyList<ProblemSpec> Problems { get; }

    public InferenceOptions Options { get; }

    public PrivatePostgres Postgres { get; }

    public ModelLease Models { get; }

    /// <param name="args"><c>[--problems N] [--width N] [--repeats N] [--runtime LLamaSharp|LlamaCpp]</c>.</param>
    public static async Task<JobBench> StartAsync(string[] args)
    {
        var (runtime, rest) = RuntimeOption.Take(args);
        var arguments = new Arguments(rest, ("--problems", 24), ("--width", 16), ("--repeats", 5));
        var options = BundledModels.OneThreadEach(runtime);
        var problems = await BundledModels.ProblemsAsync(arguments["--problems"]);
        var spec = BundledModels.Job(arguments["--width"], batchSize: problems.Count);
        var postgres = await PrivatePostgres.StartAsync();
        try
        {
            return new(arguments["--repeats"], spec, problems, options, postgres, await BundledModels.LoadAsync(options));
        }
        catch
        {
            await postgres.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stores the problems as a job and takes its one batch.</summary>
    public async Task<(long Job, BatchLease Lease, IReadOnlyList<BatchProblem> Pending)> ClaimAsync(IReadOnlyList<ProblemSpec> problems)
    {
        var job = await new JobStore(Postgres.DataSource).EnqueueAsync(Spec, problems, default);
        var lease = (await new LeaseStore(Postgres.DataSource).ClaimAsync("benchmark", 1, s_lease, idle: true, LeftOut.Nothing,
            default))[0];
        return (job, lease, await PendingAsync(lease));
    }

    /// <summary>The batch's problems with the steps that are stored by now.</summary>
    public Task<IReadOnlyList<BatchProblem>> PendingAsync(BatchLease lease) =>
        new ProblemStore(Postgres.DataSource).LoadPendingAsync(lease, default);

    /// <summary>Runs the searches, as many at once as the engine has room for.</summary>
    /// <param name="inFlight">Searches at once, at most.</param>
    /// <param name="begin">Called with a problem when its search begins.</param>
    /// <param name="keep">Called with each step that ends, from any thread.</param>
    public Task SearchAsync(IReadOnlyList<BatchProblem> problems, Func<BatchProblem, JobSpec> specOf, int inFlight,
        Action<BatchProblem> begin, Action<CheckpointEntry> keep)
    {
        var slots = new SearchSlots(SearchSlots.PermitsFor(Options.MaxBranches), inFlight);
        return Task.WhenAll(problems.Select(async problem =>
        {
            var spec = specOf(problem);
            using var slot = await slots.EnterAsync(spec.Width, default);
            begin(problem);
            await new SearchRunner(spec, Models, TimeProvider.System,
                node => keep(new(problem.ProblemId, node))).RunAsync(problem, default);
        }));
    }

    /// <summary>Runs the rounds and reports each when it ends.</summary>
    /// <param name="round">Runs the round with this number, from 0.</param>
    public async Task<IReadOnlyList<T>> RepeatAsync<T>(Func<int, Task<T>> round)
    {
        List<T> rounds = [];
        for (var repeat = 0; repeat < _repeats; repeat++)
        {
            rounds.Add(await round(repeat));
            await BenchmarkOutput.ProgressAsync($"repeat {repeat + 1}: {rounds[^1]}");
        }

        return rounds;
    }

    /// <summary>Prints a table with one row: the number of problems, the width, then the given figures.</summary>
    public void Print(params (string Name, object Figure)[] columns)
    {
        (string Name, object Figure)[] all = [("problems", Problems.Count), ("width", Spec.Width), .. columns];
        Console.WriteLine(string.Join(" | ", all.Select(column => column.Name)));
        Console.WriteLine(string.Join('|', all.Select(_ => "---")));
        Console.WriteLine(string.Join(" | ", all.Select(column => column.Figure)));
    }

    public async ValueTask DisposeAsync()
    {
        Models.Dispose();
        await Postgres.DisposeAsync();
    }
}
