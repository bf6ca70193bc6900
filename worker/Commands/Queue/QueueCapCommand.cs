using System.CommandLine;
using RebaseBatch.Durable.Sharing;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.Queue;

/// <summary><c>rebase queue cap MODEL</c>.</summary>
static class QueueCapCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var model = new Argument<string>("MODEL") { Description = "The policy or the reward model, exactly as the jobs name it." };
        var mostRunning = NumberOption.Whole(
            "--most-running", "The most batches of jobs with this model that run at once. 0 lets none begin.");
        var unlimited = new Option<bool>("--unlimited") { Description = "Take the model's limit away." };
        var command = new DocumentedCommand("cap", """
            Limits how many batches of jobs with a model run at once, over all workers.
            It counts jobs with this policy or this reward model. Batches that run already are not stopped.
            Example: rebase queue cap big-policy --most-running 2
            Example: rebase queue cap big-policy --unlimited
            """) { model, mostRunning, unlimited };
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            var (name, most) = (parsed.GetRequiredValue(model), parsed.GetValue(mostRunning));
            if (most is null == !parsed.GetValue(unlimited))
                throw new UserException(ExitCode.BadInput, "give either --most-running or --unlimited");
            if (most is < 0) throw new UserException(ExitCode.BadInput, $"--most-running: {most} is not at least 0");
            await using var database = await context.OpenDatabaseAsync(ct);
            var queue = new QueueControl(database.DataSource);
            if (most is { } limit) await queue.CapAsync(name, limit, ct);
            else if (!await queue.UncapAsync(name, ct))
                throw new UserException(
                    ExitCode.NotFound, $"there is no limit for the model '{name}': 'rebase queue show' lists the limits");
            context.WriteStderr(most is null
                ? $"the model {name} has no limit" : $"at most {most} batches with the model {name} run at once");
        });
        return command;
    }
}
