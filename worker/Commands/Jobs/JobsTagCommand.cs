using System.CommandLine;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.Jobs;

/// <summary><c>rebase jobs tag JOB...</c>: changes the tags of jobs.</summary>
static class JobsTagCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var jobs = new JobsOrSweep();
        var tag = TagOption.Create("--tag", "A tag to add, or a key with its new value.");
        var remove = new Option<string[]>("--remove")
        {
            Description = "The key of a tag to remove. Give it again for another tag.", HelpName = "KEY", Arity = ArgumentArity.OneOrMore,
        };
        var command = new DocumentedCommand("tag", """
            Changes the tags of one job or several, also of jobs that have ended, and shows them.
            With --sweep, the sweep itself is changed too. Tags change no result.
            Example: rebase jobs tag 7 --tag team=a --tag nightly
            Example: rebase jobs tag --sweep 2 --tag paper --remove draft
            """) { tag, remove };
        jobs.AddTo(command);
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            jobs.Require(parsed);
            var (added, removed) = (parsed.GetValue(tag) ?? TagSet.None, parsed.GetValue(remove) ?? []);
            if (added.IsEmpty && removed.Length == 0)
                throw new UserException(ExitCode.BadInput, "name a tag to add with --tag, or the key of one to remove with --remove");
            if (removed.Select(key => TagSet.KeyFault(key)).FirstOrDefault(fault => fault is not null) is { } wrong)
                throw new UserException(ExitCode.BadInput, $"--remove: {wrong}");
            await using var database = await context.OpenDatabaseAsync(ct);
            var store = new TagStore(database.DataSource);
            var chosen = await jobs.ReadAsync(parsed, database.DataSource, ct);
            if (jobs.Sweep(parsed) is { } sweep)
                context.WriteStderr($"sweep {sweep}: {Text(await store.OfSweepAsync(sweep, added, removed, ct))}");
            return (int)await EachJob.RunAsync(context, chosen, async job =>
            {
                context.WriteStderr($"job {job}: {Text(await store.OfJobAsync(job, added, removed, ct))}");
                return ExitCode.Ok;
            });
        });
        return command;
    }

    static string Text(TagSet tags) => tags.IsEmpty ? "no tags" : tags.ToString();
}
