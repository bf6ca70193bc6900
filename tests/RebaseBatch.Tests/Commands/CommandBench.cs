using RebaseBatch.Contracts;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Durable.Leases;
using RebaseBatch.Durable.Results;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Commands;

/// <summary>A database and a current folder for one test, to run command lines against.</summary>
sealed class CommandBench : IAsyncDisposable
{
    readonly TestDatabase _database;

    CommandBench(TestDatabase database) => _database = database;

    public TemporaryFolder Folder { get; } = new();

    public Npgsql.NpgsqlDataSource DataSource => _database.DataSource;

    public string ConnectionString => _database.ConnectionString;

    public string ReaderConnectionString => _database.ReaderConnectionString;

    /// <summary>Environment variables of each command line.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    public static async Task<CommandBench> CreateAsync(PostgresServer server) => new(await server.CreateDatabaseAsync());

    public static async Task<CommandBench> CreateEmptyAsync(PostgresServer server) => new(await server.CreateEmptyDatabaseAsync());

    public Task<CommandRun> RunAsync(params string[] args) => RunAsync(bytes: null, args);

    /// <param name="bytes">See <see cref="CommandRun"/>.</param>
    public Task<CommandRun> RunAsync(Stream? bytes, params string[] args) =>
        CommandRun.In(Folder, new(Variables) { ["Rebase__Database__ReaderConnectionString"] = ReaderConnectionString },
            input: null, bytes,
            [.. args, "--database", ConnectionString, "--data", Folder.Path]);

    /// <summary>With stdout on a real terminal of so many columns.</summary>
    public Task<CommandRun> ShowAsync(int columns, params string[] args) => CommandRun.OnTerminal(columns, Folder,
        new(Variables) { ["Rebase__Database__ReaderConnectionString"] = _database.ReaderConnectionString },
        [.. args, "--database", ConnectionString, "--data", Folder.Path]);

    /// <summary>Enqueues <paramref name="problems"/> problems; the gold answer of each is its number.</summary>
    public async Task<long> EnqueueAsync(int problems, params string[] args)
    {
        Folder.Write("set.jsonl",
            string.Concat(Enumerable.Range(1, problems).Select(n => $$"""{"question":"What is {{n}}?","answer":"#### {{n}}"}""" + "\n")));
        var run = await RunAsync(
            ["jobs", "enqueue", "set.jsonl", "--policy", "tiny-math-policy-s", "--reward", "tiny-math-prm", "--width", "4", .. args]);
        Assert.True(run.Code == ExitCode.Ok, run.Error);
        return long.Parse(run.Out.Trim(), System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// Plays the worker: answers every problem of the claimable batches, right where <paramref name="answer"/> is the gold answer; null
    /// fails it.
    /// </summary>
    /// <param name="endedBy">Why a search ended early; one whose vote was decided saved 850 tokens.</param>
    public async Task AnswerAllAsync(Func<BatchProblem, string?> answer, Func<BatchProblem, string?>? endedBy = null)
    {
        var ct = TestContext.Current.CancellationToken;
        foreach (var lease in await new LeaseStore(DataSource).ClaimAsync("bench", 100, TimeSpan.FromMinutes(1), ct))
        {
            var problems = await new ProblemStore(DataSource).LoadPendingAsync(lease, ct);
            var results = problems.Select(problem => Result(lease, problem, answer(problem), endedBy?.Invoke(problem))).ToList();
            Assert.True(await new ResultStore(DataSource).CompleteAsync(lease, results, ct));
        }
    }

    static ProblemResult Result(BatchLease lease, BatchProblem problem, string? answer, string? endedBy)
    {
        var correct = answer is null ? (bool?)null : answer == problem.Spec.GoldAnswer;
        var record = new AnswerRecord
        {
            CustomId = problem.Spec.CustomId,
            QuestionId = problem.Spec.QuestionId,
            JobId = lease.JobId,
            BatchNo = lease.BatchNo,
            Answer = answer,
            Correct = correct,
            GoldAnswer = problem.Spec.GoldAnswer,
            Votes = answer is null
                ? [] : [new(VotingMethod.Majority, null, answer, correct, 1),
                    new(VotingMethod.Weighted, ScoreAggregation.Last, answer, correct, 1)],
            Candidates = answer is null ? [] : [new(1, answer, $"The answer is: {answer}", [0.5])],
            EndedBy = endedBy,
            Error = answer is null ? "the model gave up" : null,
        };
        var usage = new UsageRecord
        {
            CustomId = problem.Spec.CustomId,
            JobId = lease.JobId,
            BatchNo = lease.BatchNo,
            Policy = new() { Model = "p", Parameters = 1000, SampledTokens = 10, EvaluatedTokens = 20 },
            PolicyFlops = 20_000,
            TotalFlops = 40_000,
            WallSeconds = 0.5,
            Nodes = 2,
            Attempts = 1,
            SavedTokensEstimate = endedBy is "decided" ? 850 : 0,
        };
        return new(problem.ProblemId, record, usage);
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        Folder.Dispose();
    }
}
