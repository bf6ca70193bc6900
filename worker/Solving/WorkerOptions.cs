using System.ComponentModel.DataAnnotations;
using RebaseBatch.Contracts;
using RebaseBatch.Platform.Async;

namespace RebaseBatch.Solving;

/// <summary>The configuration section <c>Rebase:Worker</c>.</summary>
sealed class WorkerOptions : IValidatableObject
{
    /// <summary>Name of this worker in leases and logs; <c>host:process</c> unless set.</summary>
    [StringLength(200)]
    public string Id { get; set; } = "";

    /// <summary>Most batches that this worker holds at once.</summary>
    [Range(1, 1024)]
    public int MaxBatches { get; set; } = 2;

    /// <summary>Most searches in flight at once, over all batches.</summary>
    [Range(1, 4096)]
    public int MaxSearches { get; set; } = 64;

    /// <summary>How long a lease lasts after its last renewal.</summary>
    [Range(0.5, 3600)]
    public double LeaseSeconds { get; set; } = 30;

    /// <summary>Time between renewals.</summary>
    [Range(0.05, 1200)]
    public double RenewSeconds { get; set; } = 5;

    /// <summary>Shortest wait of an idle worker between queries of the queue; it doubles while there is no work.</summary>
    [Range(1, 60_000)]
    public int PollMinMilliseconds { get; set; } = 100;

    /// <summary>Longest wait of an idle worker between queries of the queue.</summary>
    [Range(1, 600_000)]
    public int PollMaxMilliseconds { get; set; } = 5000;

    /// <summary>Grace time after the first SIGTERM for checkpoints and the release of leases.</summary>
    [Range(0, 3600)]
    public double DrainSeconds { get; set; } = 25;

    /// <summary>Time between checkpoints: a crash loses at most this much finished work.</summary>
    [Range(1, 60_000)]
    public int CheckpointMilliseconds { get; set; } = 250;

    /// <summary>Wait before a failed batch's second attempt; it doubles with each further one.</summary>
    [Range(0, 3600)]
    public double RetryBackoffSeconds { get; set; } = 2;

    /// <summary>Time between checks of the schedules; a run begins at most this much late.</summary>
    [Range(0.05, 3600)]
    public double SchedulePollSeconds { get; set; } = 10;

    /// <summary>
    /// Days after a job's end until its stored steps are deleted, unless the job says otherwise; empty keeps them for ever. Answers and
    /// usage stay in any case.
    /// </summary>
    [Range(0, 36_500)]
    public double? KeepNodesDays { get; set; }

    /// <summary>
    /// Whether the worker ends when it can claim nothing and holds nothing. It waits neither for batches of other workers nor for those
    /// that are due later.
    /// </summary>
    public bool UntilIdle { get; set; }

    /// <summary>The worker ends after this many batches; empty: it does not count them.</summary>
    [Range(1, 1_000_000_000)]
    public int? EndAfterBatches { get; set; }

    /// <summary>The only models that this worker serves, as jobs name them, with commas between; empty: all.</summary>
    public string OnlyModels { get; set; } = "";

    /// <summary>
    /// What this worker has that jobs can ask for with <c>needs</c>: <c>key=value</c> or a key alone, with commas between. Its keys and
    /// values follow the rules of tags.
    /// </summary>
    public string Labels { get; set; } = "";

    /// <summary>What <see cref="Labels"/> says.</summary>
    public LabelSet LabelSet => LabelSet.Read(Split(Labels)).Labels ?? LabelSet.None;

    /// <summary>What <see cref="OnlyModels"/> names; null: all models.</summary>
    public string[]? Only => Split(OnlyModels) is [_, ..] only ? only : null;

    public TimeSpan Lease => TimeSpan.FromSeconds(LeaseSeconds);
    public TimeSpan Renew => TimeSpan.FromSeconds(RenewSeconds);
    public TimeSpan Drain => TimeSpan.FromSeconds(DrainSeconds);
    public TimeSpan Checkpoint => TimeSpan.FromMilliseconds(CheckpointMilliseconds);
    public TimeSpan SchedulePoll => TimeSpan.FromSeconds(SchedulePollSeconds);

    /// <summary>Waits of an idle worker between queries of the queue.</summary>
    public Backoff Poll => new(TimeSpan.FromMilliseconds(PollMinMilliseconds), TimeSpan.FromMilliseconds(PollMaxMilliseconds));

    /// <summary>Waits before the next attempt at a failed batch: eight doublings at most.</summary>
    public Backoff Retry => new(TimeSpan.FromSeconds(RetryBackoffSeconds), TimeSpan.FromSeconds(RetryBackoffSeconds) * 256);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        // Two renewals in a row may fail before the lease runs out.
        if (LeaseSeconds < 3 * RenewSeconds)
            yield return new(
                FormattableString.Invariant(
                    $"{LeaseSeconds} is less than three times RenewSeconds ({RenewSeconds}), so one slow renewal could lose the lease"),
                [nameof(LeaseSeconds)]);
        if (PollMaxMilliseconds < PollMinMilliseconds)
            yield return new(
                $"{PollMaxMilliseconds} is less than PollMinMilliseconds ({PollMinMilliseconds})", [nameof(PollMaxMilliseconds)]);
        if (LabelSet.Read(Split(Labels)).Fault is { } fault) yield return new(fault, [nameof(Labels)]);
    }

    static string[] Split(string texts) => texts.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
