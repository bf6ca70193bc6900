using Npgsql;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Evaluation.Flips;

/// <summary>Finds the runs that people name.</summary>
sealed class FlipRuns(NpgsqlDataSource db)
{
    readonly FlipStore _store = new(db);

    /// <summary>The ended jobs of a job's number or of a sweep's.</summary>
    /// <param name="say">Takes a sentence for each job of a sweep that is left out.</param>
    /// <exception cref="UserException">NotFound: no such job or sweep. BadInput: the job has not ended.</exception>
    public async Task<FlipRun> FindAsync(bool isSweep, long id, Action<string> say, CancellationToken ct)
    {
        var name = $"{(isSweep ? "sweep" : "job")} {id}";
        var jobs = isSweep ? await new NightStore(db).JobsAsync(id, ct) : [id];
        if (jobs.Count == 0) throw NotFound.Sweep(id);
        var ended = (await _store.JobsAsync(jobs, ct)).Select(job => job.JobId).ToHashSet();
        if (!isSweep && ended.Count == 0)
        {
            throw await new JobStore(db).ProgressAsync(id, ct) is null ? NotFound.Job(id)
                : new UserException(ExitCode.BadInput, $"job {id} has not ended: 'rebase jobs watch {id}' follows it");
        }

        foreach (var job in jobs.Where(job => !ended.Contains(job))) say($"job {job} of {name} is left out: it has not ended");
        return new(name, [.. jobs.Where(ended.Contains)]);
    }

    public Task<FlipReport> ReadAsync(FlipRun first, FlipRun second, FlipChoice choice, CancellationToken ct) =>
        new FlipReader(_store).ReadAsync(first, second, choice, ct);
}
