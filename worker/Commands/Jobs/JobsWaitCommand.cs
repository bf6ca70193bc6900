using System.CommandLine;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Commands.Jobs;

/// <summary><c>rebase jobs wait JOBS</c>: for scripts that go on when jobs have ended.</summary>
static class JobsWaitCommand
{
    static readonly TimeSpan s_poll = TimeSpan.FromSeconds(1);

    public static Command Create(ProcessEnvironment environment)
    {
        var jobs = new Argument<JobReference[]>("JOBS")
        {
            Description = "The jobs' numbers, or sweep:N for all jobs of a sweep.", Arity = ArgumentArity.OneOrMore,
            CustomParser = JobReferences.Parse,
        };
        var timeout = DurationOption.Create("--timeout", "The longest wait, such as 30m or 12h (default: no limit).");
        var command = new DocumentedCommand("wait", """
            Waits until jobs have ended, and shows nothing meanwhile.
            The exit code is 0 if every problem has a result, 7 if some failed or a job was cancelled, and 15 if a job has not ended within
            --timeout.
            Example: rebase jobs wait sweep:3 --timeout 12h && rebase report sweep:3
            Example: rebase jobs wait 7 8
            """) { jobs, timeout };
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            await using var database = await context.OpenDatabaseAsync(ct);
            var store = new JobStore(database.DataSource);
            var named = await JobReference.ResolveAsync(parsed.GetRequiredValue(jobs), store.JobsOfSweepAsync, ct);
            var unended = new SortedSet<long>(named);
            var bad = new List<string>();
            var (limit, began) = (parsed.GetValue(timeout), TimeProvider.System.GetTimestamp());
            while (true)
            {
                foreach (var job in unended.ToList())
                {
                    var progress = await store.ProgressAsync(job, ct) ?? throw NotFound.Job(job);
                    if (progress.State is not (JobState.Completed or JobState.Cancelled)) continue;
                    unended.Remove(job);
                    if (progress.State is JobState.Cancelled) bad.Add($"job {job} was cancelled");
                    else if (progress.Failed > 0) bad.Add($"job {job} ended; {progress.Failed} of {progress.Problems} problems failed");
                }

                if (unended.Count == 0) break;
                if (limit is { } longest && TimeProvider.System.GetElapsedTime(began) >= longest)
                    throw new UserException(ExitCode.TimedOut,
                        $"{Jobs(unended)} not ended within {HumanText.Seconds(longest.TotalSeconds)}");
                await Task.Delay(s_poll, ct);
            }

            foreach (var sentence in bad) context.WriteStderr(sentence);
            return (int)(bad.Count == 0 ? ExitCode.Ok : ExitCode.Incomplete);
        });
        return command;
    }

    static string Jobs(SortedSet<long> jobs) => jobs.Count == 1
        ? $"job {jobs.First()} has" : $"jobs {string.Join(", ", jobs.Take(5))}{(jobs.Count > 5 ? " and others" : "")} have";
}
