using System.Collections.Concurrent;
using RebaseBatch.Contracts;
using RebaseBatch.Core.Datasets;
using RebaseBatch.Core.Statistics;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Durable.Results;
using RebaseBatch.Solving;

namespace RebaseBatch.Edge.Dashboard;

/// <summary>Collects what the page shows. It reads at most once a second, however many pages are open.</summary>
/// <param name="workerId">The id of this worker.</param>
/// <param name="stopping">Whether the worker drains.</param>
sealed class StatusReader(
    JobQueries jobs, StatusStore store, Throughput throughput, SearchesInFlight searches, IResultBlobs blobs, string workerId,
    TimeProvider time, Func<bool> stopping) : IDisposable
{
    const int Jobs = 20, Sweeps = 5, Searches = 100, Failures = 20;

    /// <summary>The most characters of a text that comes from a dataset or an error.</summary>
    const int LongestId = 100, LongestReason = 500;

    static readonly TimeSpan s_serves = TimeSpan.FromSeconds(1), s_endedServes = TimeSpan.FromSeconds(30);

    /// <summary>The part of the status that comes from the database.</summary>
    sealed record Stored(IReadOnlyList<JobStatus> Jobs, IReadOnlyList<SweepStatus> Sweeps, string? NewestReport,
        IReadOnlyList<FailureStatus> Failures);

    readonly SharedAnswer<WorkerStatus> _shared = new(s_serves, time);
    readonly Dictionary<long, ProgressRate> _rates = [];
    readonly Dictionary<long, (JobProgress Progress, long At)> _ended = [];
    readonly ConcurrentQueue<long> _forgotten = [];
    Stored _stored = new([], [], null, []);

    public Task<WorkerStatus> ReadAsync(CancellationToken ct) => _shared.GetAsync(LookAsync, ct);

    /// <summary>The job was changed: the next read sees it.</summary>
    public void Forget(long job)
    {
        _forgotten.Enqueue(job);
        _shared.Forget();
    }

    public void Dispose() => _shared.Dispose();

    async Task<WorkerStatus> LookAsync()
    {
        var error = await PatientLook.TryAsync(ReadStoredAsync, stored => _stored = stored, time);
        var (rate, models) = throughput.Now();
        var inFlight = searches.All;
        return new()
        {
            Worker = workerId,
            At = time.GetUtcNow(),
            Draining = stopping(),
            DatabaseError = error,
            SampledTokensPerSecond = rate,
            SearchesInFlight = inFlight.Count,
            Jobs = _stored.Jobs,
            Sweeps = _stored.Sweeps,
            NewestReport = _stored.NewestReport,
            Models = models,
            Searches = [.. inFlight.OrderBy(search => search.StartedAt).Take(Searches).Select(Of)],
            Failures = _stored.Failures,
        };
    }

    /// <remarks>Separate statements, not one snapshot: the next read sees everything that happened between them.</remarks>
    async Task<Stored> ReadStoredAsync(CancellationToken ct)
    {
        // One look at a time: what the look before wrote about such a job goes too.
        while (_forgotten.TryDequeue(out var job)) _ended.Remove(job);
        var shown = await store.ShownAsync(Jobs, ct);
        var files = await store.FilesAsync(shown, ct);
        var (read, unreadable) = (new List<JobStatus>(), new List<FailureStatus>());
        var datasets = new Dictionary<long, string?>();
        foreach (var job in shown)
        {
            if (await ProgressAsync(job, ct) is not { } progress) continue;
            datasets[job] = DatasetTitle.Of(progress.DatasetName);
            if (progress.Spec is { } spec) read.Add(Of(progress, spec, files.GetValueOrDefault(job)));
            else unreadable.Add(new(job, null, null, 0, $"the job {progress.Unreadable}", null));
        }

        foreach (var gone in _rates.Keys.Except(shown).ToList()) _rates.Remove(gone);
        foreach (var gone in _ended.Keys.Except(shown).ToList()) _ended.Remove(gone);
        var failures = await store.FailuresAsync(shown, Failures, ct);
        var sweeps = await store.SweepsAsync(Sweeps, ct);
        var newest = await store.AnyEndedAsync(ct) ? ReportRoutes.Newest : null;
        return new(read, [.. sweeps.Select(sweep => sweep with
        {
            Name = ShortText.Of(sweep.Name, LongestId), Report = sweep.Ended == 0 ? null : ReportRoutes.OfSweep(sweep.SweepId),
            Schedule = sweep.Schedule is { } schedule ? ShortText.Of(schedule, LongestId) : null,
            History = sweep.Schedule is { } name ? ReportRoutes.OfSchedule(name) : null,
        })], newest, [.. unreadable, .. failures.Take(Failures).Select(failure => failure with
        {
            CustomId = failure.CustomId is { } id ? ShortText.Of(id, LongestId) : null,
            Reason = ShortText.Of(failure.Reason, LongestReason),
            Dataset = datasets.GetValueOrDefault(failure.JobId) is { } dataset ? ShortText.Of(dataset, LongestId) : null,
        })]);
    }

    /// <summary>A job that has ended is counted only every 30 s: it may have a million answers.</summary>
    async Task<JobProgress?> ProgressAsync(long job, CancellationToken ct)
    {
        if (_ended.TryGetValue(job, out var known) && time.GetElapsedTime(known.At) < s_endedServes) return known.Progress;
        var progress = await jobs.ProgressAsync(job, ct);
        if (progress is null) return null;
        if (progress.FinishedAt is not null && progress.Ended) _ended[job] = (progress, time.GetTimestamp());
        else _ended.Remove(job);
        if (!_rates.TryGetValue(job, out var rate)) _rates[job] = rate = new(time);
        rate.Add(progress, time.GetTimestamp());
        return progress;
    }

    JobStatus Of(JobProgress job, JobSpec spec, string? file)
    {
        var (rate, interval) = (_rates.GetValueOrDefault(job.JobId), WilsonInterval.Of(job.Correct, job.Graded));
        var graded = job.Graded > 0;
        return new()
        {
            JobId = job.JobId,
            Name = ShortText.Of(spec.Name, LongestId),
            Dataset = DatasetTitle.Of(job.DatasetName) is { } dataset ? ShortText.Of(dataset, LongestId) : null,
            Tags = job.Tags.Texts,
            State = JobStateText.Of(job.State, job.CancelRequested, job.Failed, job.IsPaused),
            Strategy = spec.Strategy,
            Width = spec.Width,
            Policy = spec.Policy,
            Reward = spec.Reward,
            Problems = job.Problems,
            Answered = job.Answered,
            Done = job.Done,
            Failed = job.Failed,
            Unanswered = job.Unanswered,
            UnansweredBecause = job.Unanswered == 0 ? null
                : UnansweredText.IsMuch(job) ? UnansweredText.Explained(job) : UnansweredText.Causes(job.UnansweredCauses),
            Graded = job.Graded,
            Accuracy = graded ? (double)job.Correct / job.Graded : null,
            AccuracyLow = graded ? interval.Low : null,
            AccuracyHigh = graded ? interval.High : null,
            Steps = job.Nodes,
            SampledTokens = job.SampledTokens,
            TokensPerSecond = rate?.TokensPerSecond,
            SecondsLeft = rate?.SecondsLeft,
            Workers = job.Workers.Count,
            Remark = JobRemarks.Of(job) is { } remark ? ShortText.Of(remark, LongestReason) : null,
            Report = job.FinishedAt is null ? null : ReportRoutes.OfJob(job.JobId),
            Files = file is null ? null : $"{blobs.Location}/{file[..Math.Max(0, file.LastIndexOf('/'))]}",
            EnqueuedAt = job.EnqueuedAt,
            StartedAt = job.StartedAt,
            FinishedAt = job.FinishedAt,
        };
    }

    SearchStatus Of(SearchInFlight search) => new()
    {
        JobId = search.JobId,
        BatchNo = search.BatchNo,
        CustomId = ShortText.Of(search.CustomId, LongestId),
        Strategy = search.Spec.Strategy,
        Width = search.Spec.Width,
        Depth = search.Depth,
        RemainingWidth = search.Remaining,
        Steps = search.Steps,
        SampledTokens = search.SampledTokens,
        Seconds = time.GetElapsedTime(search.StartedAt).TotalSeconds,
    };
}
