using System.CommandLine;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.Jobs;

/// <summary><c>rebase jobs watch JOB</c>: follows a job to its end.</summary>
static class JobsWatchCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var job = JobArgument.Create();
        var command = new DocumentedCommand("watch", """
            Shows a job's progress on stderr until the job ends.
            The exit code is 0 if every problem has a result, and 7 if some failed or the job was cancelled.
            Example: rebase jobs watch 7 && rebase results show 7
            """) { job };
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            await using var database = await context.OpenDatabaseAsync(ct);
            var jobId = parsed.GetValue(job);
            var store = new JobStore(database.DataSource);
            if (await store.ProgressAsync(jobId, ct) is null) throw NotFound.Job(jobId);

            var view = new ProgressView(context.Stderr, store.ProgressAsync, TimeProvider.System);
            var watched = await view.WatchAsync([jobId], static progress => progress.State is JobState.Completed or JobState.Cancelled, ct);
            var last = watched[0];
            context.WriteStderr(last.State switch
            {
                JobState.Cancelled => $"job {jobId} was cancelled with {last.Answered} of {last.Problems} problems answered",
                _ when last.Failed > 0 =>
                    $"job {jobId} ended; {last.Failed} of {last.Problems} problems failed, and its accuracy leaves them out; "
                    + $"the first error: {last.OldestError}",
                _ => $"job {jobId} is complete; 'rebase results show {jobId}' shows its results",
            });
            await UnansweredRemarks.WriteAsync(context, database.DataSource, last, ct);
            return (int)(last is { State: JobState.Completed, Failed: 0 } ? ExitCode.Ok : ExitCode.Incomplete);
        });
        return command;
    }
}
