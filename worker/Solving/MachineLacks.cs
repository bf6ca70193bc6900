using Microsoft.Extensions.Logging;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Workers;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Platform.Async;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Telemetry;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Solving;

/// <summary>
/// What this worker has found that it can't serve, and until when it leaves such work to others. The wait doubles with each failure in a
/// row; a change of the models' files ends it at once. Thread-safe.
/// </summary>
sealed class MachineLacks(ModelCatalog catalog, TimeProvider time, ILogger<MachineLacks> log) : IDisposable
{
    /// <summary>
    /// The first wait is longer than a file takes to arrive on a shared disk; the longest is short enough for a machine that was repaired.
    /// </summary>
    public static Backoff Waits { get; } = new(TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(10));

    // Batches that decode side by side all stop with their engine, within the time of one decode call.
    static readonly TimeSpan s_sideBySide = TimeSpan.FromSeconds(5);

    // A lack that nothing asked about for so long is of a job that has ended.
    static readonly TimeSpan s_forgotten = TimeSpan.FromHours(1);

    readonly Lock _gate = new();
    readonly Dictionary<Subject, Lack> _lacks = [];
    readonly SemaphoreSlim _changed = new(0);
    readonly TaskCompletionSource<MachineFaultException> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    Func<BatchLease, MachineFaultException, bool> _keepsFrom = static (_, _) => false;

    /// <summary>
    /// Completes with the first lack that keeps this worker from these jobs. A command whose own worker does all their work ends on it, and
    /// not on what other jobs of the queue lack. To be called before the worker starts.
    /// </summary>
    /// <param name="models">Those that the jobs name.</param>
    public Task<MachineFaultException> FirstOf(IReadOnlyCollection<long> jobs, IReadOnlyCollection<string> models)
    {
        _keepsFrom = (lease, fault) => jobs.Contains(lease.JobId) || (fault.Model is { } model && models.Contains(model));
        return _first.Task;
    }

    /// <summary>The worker could not work on the batch, because its machine lacks something.</summary>
    public void Add(BatchLease lease, MachineFaultException fault)
    {
        var subject = fault switch
        {
            { Model: null } => new Subject(null, null, lease.JobId),
            { IsReward: true } => new Subject(null, fault.Model, null),
            _ => new Subject(fault.Model, null, null),
        };
        // A job that is pinned to other weights may go on when one of its models' files is another one.
        // So may one whose embedding model is lacking.
        Add(subject, fault.Model is { } model ? [model] : [.. new[] { lease.Spec.Policy, lease.Spec.Reward, lease.Spec.EmbeddingModel }
            .OfType<string>()], fault.Message, firstWaits: true);
        if (_keepsFrom(lease, fault)) _first.TrySetResult(fault);
    }

    /// <summary>
    /// The engines stopped on a fault while they worked on the batch. The first time the batch may be why; from the second time in a row
    /// this worker leaves such work to others for a while.
    /// </summary>
    public void EngineStopped(BatchLease lease, string reason)
    {
        Add(new(lease.Spec.Policy, null, null), [lease.Spec.Policy], reason, firstWaits: false);
        if (lease.Spec.Reward is { } reward) Add(new(null, reward, null), [reward], reason, firstWaits: false);
    }

    /// <summary>A batch of the job was solved: this worker serves such work.</summary>
    public void Served(long jobId, JobSpec spec)
    {
        lock (_gate)
        {
            var gone = _lacks.Remove(new(spec.Policy, null, null)) | _lacks.Remove(new(null, null, jobId))
                | (spec.Reward is { } reward && _lacks.Remove(new(null, reward, null)));
            if (gone) Signal();
        }
    }

    /// <summary>What a claim passes over now. Looks at the models' files: a changed one may be tried at once.</summary>
    public LeftOut Now()
    {
        lock (_gate)
        {
            Forget();
            var waiting = _lacks.Where(lack => lack.Value.Until > time.GetUtcNow()).Select(lack => lack.Key).ToList();
            return waiting.Count == 0
                ? LeftOut.Nothing
                : new([.. waiting.Select(w => w.Policy).OfType<string>()], [.. waiting.Select(w => w.Reward).OfType<string>()],
                    [.. waiting.Select(w => w.JobId).OfType<long>()]);
        }
    }

    /// <summary>All lacks, also those that the worker is about to try again: nobody can say yet that they are over.</summary>
    public IReadOnlyList<WorkerLack> All()
    {
        lock (_gate)
        {
            Forget();
            return
            [
                .. _lacks.Where(lack => lack.Value.Counts)
                    .Select(lack => new WorkerLack(
                        lack.Key.Policy, lack.Key.Reward, lack.Key.JobId, lack.Value.Reason, lack.Value.Until)),
            ];
        }
    }

    /// <summary>Returns when the lacks have changed since the last call, or after <paramref name="longest"/>.</summary>
    public Task WaitForChangeAsync(TimeSpan longest, CancellationToken ct) => _changed.WaitAsync(longest, ct);

    public void Dispose() => _changed.Dispose();

    /// <param name="models">Those whose change ends the lack.</param>
    void Add(Subject subject, IReadOnlyList<string> models, string reason, bool firstWaits)
    {
        lock (_gate)
        {
            // Batches that ran side by side meet the same lack at once: together they are one failure.
            var (before, now) = (_lacks.GetValueOrDefault(subject), time.GetUtcNow());
            if (before is not null && (before.Until > now || before.Since + s_sideBySide > now)) return;
            var failures = (before?.Failures ?? 0) + 1;
            var wait = Waits.After(firstWaits ? failures : failures - 1);
            var until = now + wait;
            _lacks[subject] = new(failures, reason, now, until, wait > TimeSpan.Zero) { Models = models, Stamp = StampOf(models) };
            if (wait > TimeSpan.Zero) log.WorkLeftToOthers(subject.ToString(), until, reason);
            Signal();
        }
    }

    void Forget()
    {
        foreach (var (subject, lack) in _lacks.ToList())
        {
            if (StampOf(lack.Models) == lack.Stamp && lack.Until + s_forgotten > time.GetUtcNow()) continue;
            _lacks.Remove(subject);
            Signal();
        }
    }

    string StampOf(IEnumerable<string> models) => string.Join('|', models.Select(catalog.StampOf));

    void Signal()
    {
        if (_changed.CurrentCount == 0) _changed.Release();
    }

    sealed record Lack(int Failures, string Reason, DateTimeOffset Since, DateTimeOffset Until, bool Counts)
    {
        public required IReadOnlyList<string> Models { get; init; }

        public required string Stamp { get; init; }
    }

    readonly record struct Subject(string? Policy, string? Reward, long? JobId)
    {
        public override string ToString() => this switch
        {
            { Policy: { } policy } => $"jobs with the policy {MaskedUri.Of(policy)}",
            { Reward: { } reward } => $"jobs with the reward model {MaskedUri.Of(reward)}",
            _ => $"job {JobId}",
        };
    }
}
