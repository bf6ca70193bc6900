using Npgsql;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Postgres;
using RebaseBatch.Platform.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace RebaseBatch.Commands.Jobs;

/// <summary>
/// Shows how jobs get on: a table that is drawn over on a terminal, else a plain line for each job every few seconds.
/// </summary>
/// <param name="read">Where a job stands now; null when it is gone.</param>
sealed class ProgressView(IAnsiConsole talk, Func<long, CancellationToken, Task<JobProgress?>> read, TimeProvider time)
{
    static readonly TimeSpan s_redraw = TimeSpan.FromSeconds(0.5);
    static readonly TimeSpan s_line = TimeSpan.FromSeconds(5);

    readonly Dictionary<long, ProgressRate> _paces = [];
    string? _trouble;

    /// <summary>Shows the jobs until each has ended; a database that is away meanwhile is waited for.</summary>
    /// <returns>Where the jobs stood at the end, in the order asked for.</returns>
    /// <exception cref="UserException">NotFound: no such job.</exception>
    public async Task<IReadOnlyList<JobProgress>> WatchAsync(IReadOnlyList<long> jobIds, Func<JobProgress, bool> ended, CancellationToken ct)
    {
        var now = await ReadAsync(jobIds, [], ct);
        if (!talk.Profile.Capabilities.Interactive || !talk.Profile.Capabilities.Ansi) return await WatchInLinesAsync(now, ended, ct);
        await talk.Live(Table(now)).StartAsync(async live =>
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

    async Task<IReadOnlyList<JobProgress>> WatchInLinesAsync(IReadOnlyList<JobProgress> now, Func<JobProgress, bool> ended, CancellationToken ct)
    {
        var shown = new Dictionary<long, string>();
        long? last = null;
        while (true)
        {
            var over = now.All(ended);
            if (over || last is null || time.GetElapsedTime(last.Value) >= s_line)
            {
                last = time.GetTimestamp();
                foreach (var progress in now)
                {
                    var line = Line(progress);
                    if (shown.GetValueOrDefault(progress.JobId) == line) continue;
                    shown[progress.JobId] = line;
                    talk.WriteLine(line);
                }
                if (_trouble is not null) talk.WriteLine(_trouble);
            }
            if (over) return now;
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
            foreach (var progress in now) PaceOf(progress).See(progress, time.GetTimestamp());
            _trouble = null;
            return now;
        }
        catch (NpgsqlException fault) when (before.Count > 0 && DatabaseFaults.IsAway(fault))
        {
            _trouble = DatabaseFaults.Sentence(fault);
            return before;
        }
    }

    string Line(JobProgress progress)
    {
        var pace = PaceOf(progress);
        return $"job {progress.JobId}{Named(progress)}: {JobStateText.Of(progress.State, progress.CancelRequested)}, "
            + $"{progress.Answered} of {progress.Problems} problems{Failed(progress)}, "
            + $"{HumanText.Of(progress.Nodes)} steps, {HumanText.Of(progress.SampledTokens)} tokens{Rate(pace)}{Left(pace)}{Remark(progress)}";
    }

    IRenderable Table(IReadOnlyList<JobProgress> jobs)
    {
        var table = new Table().Border(TableBorder.None).AddColumns("job", "", "problems", "steps", "tokens", "");
        for (var column = 2; column < 5; column++) table.Columns[column].RightAligned();
        foreach (var progress in jobs)
        {
            var pace = PaceOf(progress);
            table.AddRow(
                new Text($"{progress.JobId}{Named(progress)}"),
                new ProgressBar(progress.Answered, progress.Problems),
                new Text($"{progress.Answered}/{progress.Problems}{Failed(progress)}"),
                new Text(HumanText.Of(progress.Nodes)),
                new Text($"{HumanText.Of(progress.SampledTokens)}{Rate(pace)}"),
                new Text($"{JobStateText.Of(progress.State, progress.CancelRequested)}{Left(pace)}{Remark(progress)}"));
        }
        return _trouble is null ? table : new Rows(table, new Text(_trouble));
    }

    ProgressRate PaceOf(JobProgress progress)
    {
        if (!_paces.TryGetValue(progress.JobId, out var pace)) _paces[progress.JobId] = pace = new(time);
        return pace;
    }

    static string Named(JobProgress progress) => progress.Spec.Name.Length > 0 ? $" ({progress.Spec.Name})" : "";

    static string Failed(JobProgress progress) => progress.Failed > 0 ? $", {progress.Failed} failed" : "";

    static string Remark(JobProgress progress) => JobRemarks.Of(progress) is { } remark ? $", {remark}" : "";

    static string Rate(ProgressRate pace) => pace.TokensPerSecond is { } rate ? $" ({HumanText.Of((long)rate)}/s)" : "";

    static string Left(ProgressRate pace) => pace.SecondsLeft is { } seconds ? $", about {HumanText.Seconds(seconds)} left" : "";
}
