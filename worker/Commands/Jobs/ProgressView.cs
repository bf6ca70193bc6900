using Npgsql;
using RebaseBatch.Contracts;
using RebaseBatch.Core.Datasets;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Postgres;
using RebaseBatch.Platform.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace RebaseBatch.Commands.Jobs;

/// <summary>
/// Shows the progress of jobs: on a terminal a table that is redrawn, else a plain line for each job every few seconds.
/// </summary>
/// <param name="read">Reads a job's progress; null if the job does not exist.</param>
/// <param name="isWorker">Whether this process is a worker: then nobody needs to be told that none runs, or that this one has the
/// job.</param>
/// <param name="revive">Called while the database is away; null where somebody else brings it back.</param>
sealed class ProgressView(IAnsiConsole stderr, Func<long, CancellationToken, Task<JobProgress?>> read, TimeProvider time,
    bool isWorker = false, Func<CancellationToken, Task>? revive = null)
{
    static readonly TimeSpan s_redraw = TimeSpan.FromSeconds(0.5);
    static readonly TimeSpan s_line = TimeSpan.FromSeconds(5);

    readonly Dictionary<long, ProgressRate> _rates = [];
    string? _databaseFault;

    /// <summary>Shows the jobs until each has ended. If the database becomes unavailable, it waits.</summary>
    /// <returns>The jobs' progress at the end, in the order of <paramref name="jobIds"/>.</returns>
    /// <exception cref="UserException">NotFound: no such job.</exception>
    public async Task<IReadOnlyList<JobProgress>> WatchAsync(
        IReadOnlyList<long> jobIds, Func<JobProgress, bool> ended, CancellationToken ct)
    {
        var now = await ReadAsync(jobIds, [], ct);
        if (!stderr.Profile.Capabilities.Interactive || !stderr.Profile.Capabilities.Ansi) return await WatchInLinesAsync(now, ended, ct);
        await stderr.Live(Table(now)).StartAsync(async live =>
        {
            while (!now.All(ended))
            {
                await Task.Delay(s_redraw, time, ct);
                now = await ReadAsync(jobIds, now, ct);
                live.UpdateTarget(Table(now));
            }
        });
        return now;
    }

    async Task<IReadOnlyList<JobProgress>> WatchInLinesAsync(
        IReadOnlyList<JobProgress> now, Func<JobProgress, bool> ended, CancellationToken ct)
    {
        var shown = new Dictionary<long, string>();
        long? last = null;
        while (true)
        {
            var done = now.All(ended);
            if (done || last is null || time.GetElapsedTime(last.Value) >= s_line)
            {
                last = time.GetTimestamp();
                foreach (var progress in now)
                {
                    var line = Line(progress);
                    if (shown.GetValueOrDefault(progress.JobId) == line) continue;
                    shown[progress.JobId] = line;
                    stderr.WriteLine(line);
                }
                if (_databaseFault is not null) stderr.WriteLine(VisibleText.Lines(_databaseFault));
            }
            if (done) return now;
            await Task.Delay(s_redraw, time, ct);
            now = await ReadAsync([.. now.Select(progress => progress.JobId)], now, ct);
        }
    }

    async Task<IReadOnlyList<JobProgress>> ReadAsync(IReadOnlyList<long> jobIds, IReadOnlyList<JobProgress> before, CancellationToken ct)
    {
        try
        {
            var now = new List<JobProgress>(jobIds.Count);
            foreach (var jobId in jobIds) now.Add(await read(jobId, ct) ?? throw NotFound.Job(jobId));
            foreach (var progress in now) RateOf(progress).Add(progress, time.GetTimestamp());
            _databaseFault = null;
            return now;
        }
        catch (NpgsqlException fault) when (before.Count > 0 && DatabaseFaults.IsAway(fault))
        {
            _databaseFault = DatabaseFaults.Sentence(fault);
            await ReviveAsync(ct);
            return before;
        }
    }

    // It waits as long as it takes: a server that can't be started now may be started later.
    async Task ReviveAsync(CancellationToken ct)
    {
        if (revive is null) return;
        try
        {
            await revive(ct);
        }
        catch (UserException fault) when (fault.Code is not ExitCode.Interrupted)
        {
            _databaseFault = fault.Message;
        }
    }

    string Line(JobProgress progress)
    {
        var rate = RateOf(progress);
        return $"job {progress.JobId}{Named(progress)}: {State(progress)}, "
            + $"{progress.Done} of {progress.Problems} problems{Failed(progress)}{Unanswered(progress)}, "
            + $"{HumanText.Of(progress.Nodes)} steps, {HumanText.Of(progress.SampledTokens)} "
            + $"tokens{Rate(rate)}{Left(rate)}{Remark(progress)}";
    }

    IRenderable Table(IReadOnlyList<JobProgress> jobs)
    {
        var table = ProgressTable.Of([.. jobs.Select(Row)], stderr.Profile.Width);
        return _databaseFault is null ? table : new Rows(table, new Text(VisibleText.Lines(_databaseFault)));
    }

    ProgressRow Row(JobProgress progress)
    {
        var rate = RateOf(progress);
        return new($"{progress.JobId}", Named(progress), new ProgressBar(progress.Done, progress.Problems),
            $"{progress.Done}/{progress.Problems}{Failed(progress)}{Unanswered(progress)}", HumanText.Of(progress.Nodes),
            $"{HumanText.Of(progress.SampledTokens)}{Rate(rate)}", $"{State(progress)}{Left(rate)}{Remark(progress)}");
    }

    ProgressRate RateOf(JobProgress progress)
    {
        if (!_rates.TryGetValue(progress.JobId, out var rate)) _rates[progress.JobId] = rate = new(time);
        return rate;
    }

    static string Named(JobProgress progress)
    {
        string?[] names = [progress.Spec?.Name ?? progress.Unreadable, DatasetTitle.Of(progress.DatasetName)];
        return string.Join(", ", names.Where(name => !string.IsNullOrEmpty(name))) is { Length: > 0 } named
            ? $" ({VisibleText.Line(named)})" : "";
    }

    static string State(JobProgress progress) =>
        JobStateText.Shown(progress.State, progress.CancelRequested, progress.Failed, progress.IsPaused);

    // A completed job's state says it already.
    static string Failed(JobProgress progress) =>
        progress is { Failed: > 0, State: not JobState.Completed } ? $", {progress.Failed} failed" : "";

    static string Unanswered(JobProgress progress) => progress.Unanswered > 0 ? $", {progress.Unanswered} unanswered" : "";

    // While no problem has an answer, why: nobody should wait for the rest of such a job.
    string Remark(JobProgress progress)
    {
        var silent = UnansweredText.IsSilent(progress) ? $", no answer so far: {UnansweredText.Explained(progress)}" : "";
        return JobRemarks.Of(isWorker ? progress with { RunningWorkers = null } : progress) is { } remark
            && !(isWorker && progress.Workers.Count == 1) ? $"{silent}, {VisibleText.Line(remark)}" : silent;
    }

    static string Rate(ProgressRate rate) => rate.TokensPerSecond is { } tokens ? $" ({HumanText.Of((long)tokens)}/s)" : "";

    static string Left(ProgressRate rate) => rate.SecondsLeft is { } seconds ? $", about {HumanText.About(seconds)} left" : "";
}
