using Npgsql;
using RebaseBatch.Benchmarks.Database;
using RebaseBatch.Benchmarks.Measuring;
using RebaseBatch.Benchmarks.Models;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Durable.Leases;
using RebaseBatch.Durable.Results;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Benchmarks.Queue;

/// <summary>
/// Several workers, each with its own stores and as many connections as in the product, claim batches of one problem and complete them,
/// until none is left.
/// </summary>
/// <param name="Batches">Batches that were claimed and completed.</param>
/// <param name="ServerSeconds">Processor time of the database server.</param>
sealed record QueueRun(int Batches, Cost Cost, double ServerSeconds)
{
    static readonly TimeSpan s_lease = TimeSpan.FromMinutes(5);

    public double BatchesPerSecond => Batches / Cost.Seconds;

    public static async Task<QueueRun> RunAsync(PrivatePostgres postgres, int workers, int places, int jobs, int batches)
    {
        var spec = BundledModels.Job(width: 1, batchSize: 1);
        for (var job = 0; job < jobs; job++)
            await new JobStore(postgres.DataSource).EnqueueAsync(spec,
                [.. Enumerable.Range(0, batches / jobs).Select(i => new ProblemSpec($"{i}", $"{i}", "1 + 1 = ?", "2"))], default);
        var connections = Enumerable.Range(0, workers).Select(_ => postgres.Connect(ConnectionBound.OfWorker(places).Work)).ToList();
        // A worker makes its connections only once, so they are not measured.
        await Task.WhenAll(connections.Select(async db => await (await db.OpenConnectionAsync()).DisposeAsync()));

        var (done, before) = (0, postgres.CpuSeconds);
        var cost = await Cost.OfAsync(async () =>
            done = (await Task.WhenAll(connections.Select((db, i) => Task.Run(() => WorkAsync(db, $"worker {i}", places))))).Sum());
        var server = postgres.CpuSeconds - before;
        foreach (var db in connections) await db.DisposeAsync();
        return new(done, cost, server);
    }

    /// <summary>As the main loop does it: claims for all free places at once, and runs what it has.</summary>
    static async Task<int> WorkAsync(NpgsqlDataSource db, string worker, int places)
    {
        var (leases, problems, completions) = (new LeaseStore(db), new ProblemStore(db), new Completions(new(db)));
        List<Task> running = [];
        for (var done = 0; ;)
        {
            var idle = running.Count == 0;
            if (!idle) await leases.ReserveAsync(worker, s_lease, LeftOut.Nothing, default);
            var claimed = await leases.ClaimAsync(worker, places - running.Count, s_lease, idle, LeftOut.Nothing, default);
            running.AddRange(claimed.Select(EndAsync));
            done += claimed.Count;
            if (running.Count == 0) return done;
            await Task.WhenAny(running);
            foreach (var ended in running.Where(batch => batch.IsCompleted)) await ended;
            running.RemoveAll(batch => batch.IsCompleted);
        }

        async Task EndAsync(BatchLease lease)
        {
            var pending = await problems.LoadPendingAsync(lease, default);
            if (!await completions.CompleteAsync(lease, [.. pending.Select(problem => ResultOf(lease, problem))]))
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
