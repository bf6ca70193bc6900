using System.CommandLine;
using RebaseBatch.Commands.Output;
using RebaseBatch.Core.Tables;
using RebaseBatch.Durable.Retention;
using RebaseBatch.Hosting;

namespace RebaseBatch.Commands.Db;

/// <summary><c>rebase db prune --keep 90d</c>: deletes what is old.</summary>
static class DbPruneCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var keep = DurationOption.Create("--keep", "Keep what ended at most this long ago, such as 90d or 12w.", "AGE");
        keep.Required = true;
        var nodesOnly = new Option<bool>("--nodes-only")
        {
            Description = "Delete only the stored steps, which are most of what the tables hold. Answers, usage and sums stay.",
        };
        var files = new Option<bool>("--files") { Description = "Delete the deleted jobs' result files too." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only list what would be deleted." };
        var format = FormatOption.Create();
        var command = new DocumentedCommand("prune", """
            Deletes jobs that ended long ago, or only their stored steps, and lists them.
            A job is deleted whole: its steps, answers, usage and sums. Jobs of a schedule's baseline stay. Where a job says itself how long
            its steps stay (keep_nodes_days), --nodes-only does not delete them sooner.
            Example: rebase db prune --keep 90d --nodes-only --dry-run
            Example: rebase db prune --keep 52w --files
            """) { keep, nodesOnly, files, dryRun, format };
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            await using var database = await context.OpenDatabaseAsync(ct);
            var onlyNodes = parsed.GetValue(nodesOnly);
            var jobs = await new OldJobs(database.DataSource).FindAsync(parsed.GetRequiredValue(keep)!.Value, onlyNodes, ct);
            if (!parsed.GetValue(dryRun))
            {
                var deletion = new JobDeletion(database.DataSource, context.Results);
                var pruning = new NodePruning(database.DataSource);
                foreach (var job in jobs)
                {
                    if (!onlyNodes) await deletion.RunAsync(job.JobId, parsed.GetValue(files), ct);
                    else while (await pruning.JobAsync(job.JobId, ct) is not null) { }
                }
            }

            Listing.Write(context.Out, parsed.GetValue(format) ?? OutputFormat.Table, jobs,
                new("job", row => row.JobId, Rank: Rank.Key), new("name", row => row.Name, Rank: 1, Least: 12),
                new("finished_at", row => row.FinishedAt, Rank: 3),
                new("steps", row => row.Nodes, Rank: 2));
            context.WriteStderr($"{(onlyNodes ? "the steps of " : "")}{jobs.Count} jobs "
                + (parsed.GetValue(dryRun) ? "would be deleted" : "were deleted"));
        });
        return command;
    }
}
