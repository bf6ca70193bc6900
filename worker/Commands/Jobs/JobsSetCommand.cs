using System.CommandLine;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.Jobs;

/// <summary><c>rebase jobs set JOB...</c>: changes jobs that wait or run.</summary>
static class JobsSetCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var chosen = new JobsOrSweep();
        var shared = SharedJobs.Create();
        var priority = NumberOption.Whole("--priority", "The new priority, -100 to 100. It counts at the next claim.");
        var team = new Option<string?>("--team") { Description = "The new team; an empty text for none.", HelpName = "NAME" };
        var needs = LabelOption.Create("--needs", "What workers must have from now on: key=value or a key alone, in place of what the job "
            + "needs now.", "need");
        var noNeeds = new Option<bool>("--no-needs") { Description = "Let any worker take the job." };
        var tokens = NumberOption.Long("--max-tokens-per-job", "The new maximum number of tokens sampled for all problems together.");
        var flops = NumberOption.Real("--max-flops-per-job", "The new maximum FLOPs of the policy for all problems together.");
        var seconds = NumberOption.Real("--max-device-seconds-per-job", "The new maximum seconds that the job's models decode.");
        var noLimits = new Option<bool>("--no-limits") { Description = "Take the job's limits away, except those that are given here." };
        var deadline = MomentOption.Create("--deadline",
            "The new time from which no new steps start. Without a zone it is a time of this machine's zone.");
        var noDeadline = new Option<bool>("--no-deadline") { Description = "Take the deadline away." };
        var command = new DocumentedCommand("set", """
            Changes jobs that wait or run.
            A new priority, team or need counts at the next claim; running batches are not stopped for it. Where a limit or the deadline
            changes, running batches store their finished steps and go back into the queue at their next lease renewal, within seconds, and
            go on under the new one. A job whose limits were changed counts as equal to no other: a sweep does not take it for one of its
            own.
            Example: rebase jobs set 7 8 --priority 10
            Example: rebase jobs set --sweep 2 --priority -20
            Example: rebase jobs set 7 --deadline 2026-11-21T07:00+01:00
            Example: rebase jobs set 7 --max-tokens-per-job 5000000
            """) { priority, team, needs, noNeeds, tokens, flops, seconds, noLimits, deadline, noDeadline, shared };
        chosen.AddTo(command);
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            chosen.Require(parsed);
            var change = new JobChange
            {
                Priority = parsed.GetValue(priority), Team = parsed.GetValue(team),
                Needs = parsed.GetValue(noNeeds) ? LabelSet.None : parsed.GetValue(needs), MaxTokensPerJob = parsed.GetValue(tokens),
                MaxFlopsPerJob = parsed.GetValue(flops), MaxDeviceSecondsPerJob = parsed.GetValue(seconds),
                Deadline = parsed.GetValue(deadline), WithoutLimits = parsed.GetValue(noLimits),
                WithoutDeadline = parsed.GetValue(noDeadline),
            };
            if (change == new JobChange())
                throw new UserException(ExitCode.BadInput, "name what to change, such as --priority; '--help' lists what can change");
            if (parsed.GetValue(noNeeds) && parsed.GetValue(needs) is not null)
                throw new UserException(ExitCode.BadInput, "--needs sets needs and --no-needs takes them away: give one of them");
            if (change is { Deadline: not null, WithoutDeadline: true })
                throw new UserException(ExitCode.BadInput, "--deadline sets a deadline and --no-deadline takes it away: give one of them");
            if (MomentOption.Remark(parsed, "--deadline") is { } zone) context.WriteStderr(zone);
            await using var database = await context.OpenDatabaseAsync(ct);
            var jobs = new JobControl(database.DataSource);
            var inTurn = await chosen.ReadInTurnAsync(context, parsed, database.DataSource, parsed.GetValue(shared), ct);
            return (int)await EachJob.RunAsync(context, inTurn, async job =>
            {
                var changed = await jobs.ChangeAsync(job, change, ct) ?? throw NotFound.Job(job);
                context.WriteStderr(changed ? $"job {job} is changed; 'rebase jobs show {job}' shows it" : $"job {job} had already ended");
                return ExitCode.Ok;
            });
        });
        return command;
    }
}
