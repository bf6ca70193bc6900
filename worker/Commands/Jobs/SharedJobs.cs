using System.CommandLine;
using Npgsql;
using RebaseBatch.Evaluation.Sweeps;

namespace RebaseBatch.Commands.Jobs;

/// <summary>
/// Keeps what is done to a sweep from jobs that are not its own: those of another sweep, and those that were there before it.
/// </summary>
static class SharedJobs
{
    public static Option<bool> Create() => new("--shared")
    {
        Description = "With a sweep: also its jobs that belong to another sweep, or that were there before it (default: these are left as "
            + "they are).",
    };

    /// <summary>The jobs without those that the sweep shares. Names on stderr what is left out.</summary>
    /// <param name="named">Jobs that the user named himself stay in any case.</param>
    public static async Task<IReadOnlyList<long>> LeaveOutAsync(CommandContext context, NpgsqlDataSource db, long sweep,
        IReadOnlyList<long> jobs, IReadOnlyList<long> named, CancellationToken ct)
    {
        var shared = await new SweepQueries(db).SharedAsync(sweep, ct);
        foreach (var (job, other) in shared.Where(one => !named.Contains(one.JobId)))
        {
            context.WriteStderr($"job {job} is left as it is, because "
                + (other is { } id ? $"it belongs to sweep {id} too" : $"it was there before sweep {sweep}") + ": --shared includes it");
        }

        return [.. jobs.Where(job => named.Contains(job) || shared.All(one => one.JobId != job))];
    }
}
