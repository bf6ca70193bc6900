using Npgsql;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Durable.Results;

/// <summary>
/// Completes the batches of this process. Completions of one job follow each other in any case, because of the job's lock. So those that
/// come while one is under way wait here and then share one transaction: one wait for the lock and one for the disk. Nobody waits for
/// others to come. Thread-safe.
/// </summary>
sealed class Completions(ResultStore results)
{
    /// <summary>A transaction of more results could take longer than a command may. One batch may have more.</summary>
    public const int MostResults = StatementLimit.Problems;

    readonly Lock _gate = new();

    /// <summary>Completions that wait, by job. A job is here while one of it is under way.</summary>
    readonly Dictionary<long, Queue<Waiting>> _jobs = [];

    sealed record Waiting(BatchEnd End)
    {
        public TaskCompletionSource<bool> Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <inheritdoc cref="ResultStore.CompleteAsync(BatchLease, IReadOnlyList{ProblemResult}, CancellationToken)"/>
    public Task<bool> CompleteAsync(BatchLease lease, IReadOnlyList<ProblemResult> solved)
    {
        var waiting = new Waiting(new(lease, solved));
        bool first;
        lock (_gate)
        {
            first = !_jobs.TryGetValue(lease.JobId, out var others);
            if (first) others = _jobs[lease.JobId] = [];
            others!.Enqueue(waiting);
        }

        if (first) _ = RunAsync(lease.JobId);
        return waiting.Ended.Task;
    }

    /// <summary>Completes the job's batches until none waits. Throws nothing: each waiting caller gets its fault.</summary>
    async Task RunAsync(long job)
    {
        while (Next(job) is { Count: > 0 } group)
        {
            try
            {
                await CompleteAsync(group);
            }
            catch (Exception e)
            {
                foreach (var waiting in group) waiting.Ended.TrySetException(e);
            }
        }
    }

    List<Waiting> Next(long job)
    {
        lock (_gate)
        {
            var (queue, group, count) = (_jobs[job], new List<Waiting>(), 0);
            while (queue.TryPeek(out var next) && (group.Count == 0 || count + next.End.Results.Count <= MostResults))
            {
                group.Add(queue.Dequeue());
                count += next.End.Results.Count;
            }

            if (group.Count == 0) _jobs.Remove(job);
            return group;
        }
    }

    // One transaction: a crash anywhere in it leaves every batch of the group running until its lease runs out, with all its steps.
    async Task CompleteAsync(List<Waiting> group)
    {
        if (group.Count == 1)
        {
            await CompleteAloneAsync(group[0]);
            return;
        }

        IReadOnlySet<long> ended;
        try
        {
            ended = await results.CompleteAsync([.. group.Select(waiting => waiting.End)], CancellationToken.None);
        }
        catch (Exception e) when (IsLocked(e) || !DatabaseFaults.IsPassing(e))
        {
            // One batch's fault must not cost the others their results, and nothing was written.
            await CompleteEachAsync(group);
            return;
        }

        foreach (var waiting in group) waiting.Ended.SetResult(ended.Contains(waiting.End.Lease.BatchId));
    }

    // Another session may hold the row of one batch, and then only that batch waits for it. When a second one finds a lock too, it is
    // perhaps the job's: the others would wait 4 s each, one after another.
    async Task CompleteEachAsync(List<Waiting> group)
    {
        Exception? locked = null;
        for (var (i, locks) = (0, 0); i < group.Count; i++)
        {
            if (locks > 1) group[i].Ended.SetException(locked!);
            else if (await CompleteAloneAsync(group[i]) is { } fault && IsLocked(fault)) (locked, locks) = (fault, locks + 1);
        }
    }

    static bool IsLocked(Exception fault) => fault is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable };

    /// <returns>The fault that the caller got; null when there was none.</returns>
    async Task<Exception?> CompleteAloneAsync(Waiting waiting)
    {
        try
        {
            var (lease, solved) = waiting.End;
            waiting.Ended.SetResult(await results.CompleteAsync(lease, solved, CancellationToken.None));
            return null;
        }
        catch (Exception e)
        {
            waiting.Ended.SetException(e);
            return e;
        }
    }
}
