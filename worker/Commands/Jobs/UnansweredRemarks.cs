using Npgsql;
using RebaseBatch.Durable.Jobs;

namespace RebaseBatch.Commands.Jobs;

/// <summary>The remark on a job of which at least a tenth of the problems have no answer.</summary>
static class UnansweredRemarks
{
    /// <summary>Writes the causes, the way out and the last lines of two solutions to stderr; nothing when less is missing.</summary>
    public static async Task WriteAsync(CommandContext context, NpgsqlDataSource db, JobProgress job, CancellationToken ct)
    {
        if (!UnansweredText.IsMuch(job)) return;
        var samples = await new UnansweredSamples(db).OfJobAsync(job.JobId, ct);
        context.WriteStderr($"rebase: warning: {UnansweredText.Warning(job, samples)}");
    }
}
