using Npgsql;
using RebaseBatch.Benchmarks.Database;
using RebaseBatch.Benchmarks.Measuring;
using RebaseBatch.Benchmarks.Models;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Durable.Leases;
using RebaseBatch.Durable.Results;

namespace RebaseBatch.Benchmarks.Queue;

/// <summary>
/// Several workers, each with its own stores and connections, claim batches of one problem and complete them, until none is left.
/// </summary>
/// <param name="Batches">Batches that were claimed and completed.</param>
/// <param name="ServerSeconds">Processor time of the database server.</param>
sealed record QueueRun(int Batches, Cost Cost, double ServerSeconds)
{
    static readonly TimeSpan s_lease = TimeSpan.FromMinutes(5);

    public double BatchesPerSecond => Batches / Cost.Seconds;

    public static async Task<QueueRun> RunAsync(PrivatePostgres postgres, int workers, int jobs, int batches)
    {
        var spec = BundledModels.Job(width: 1, batchSize: 1);
        for (var job = 0; job < jobs; job++)
            await new JobStore(postgres.DataSource).EnqueueAsync(spec,
                [.. Enumerable.Range(0, batches / jobs).Select(i => new ProblemSpec($"{i}", $"{i}", "1 + 1 = ?", "2"))], default);
        var connections = Enumerable.Range(0, workers).Select(_ => postgres.Connect()).ToList();
        // A worker makes its connections only once, so they are not measured.
        await Task.WhenAll(connections.Select(async db => await (await db.OpenConnectionAsync()).DisposeAsync()));

        var (done, before) = (0, postgres.CpuSeconds);
        var cost = await Cost.OfAsync(
            async () => done = (await Task.WhenAll(connections.Select((db, i) => Task.Run(() => WorkAsync(db, $"worker {i}"))))).Sum());
        var server = postgres.CpuSeconds - before;
        foreach (var db in connections) await db.DisposeAsync();
        return new(done, cost, server);
    }

    static async Task<int> WorkAsync(NpgsqlDataSource db, string worker)
    {
        var (leases, problems, results) = (new LeaseStore(db), new ProblemStore(db), new ResultStore(db));
        for (var done = 0; ; done++)
        {
            if (await leases.ClaimAsync(worker, 1, s_lease, idle: true, LeftOut.Nothing, default) is not [var lease]) return done;
            var pending = await problems.LoadPendingAsync(lease, default);
            if (!await results.CompleteAsync(lease, [.. pending.Select(problem => ResultOf(lease, problem))], default))
                throw new InvalidOperationException($"batch {lease.BatchId} was lost to another worker");
        }
    }

    static ProblemResult ResultOf(BatchLease lease, BatchProblem problem) => new(problem.ProblemId,
        new()
        {
            CustomId = problem.Spec.CustomId, QuestionId = problem.Spec.QuestionId, JobId = lease.JobId, BatchNo = lease.BatchNo,
            Answer = "2", Correct = true,
        },
        new()
        {
            CustomId = problem.Spec.CustomId, JobId = lease.JobId, BatchNo = lease.BatchNo, Policy = new() { Model = lease.Spec.Policy },
        });
}
