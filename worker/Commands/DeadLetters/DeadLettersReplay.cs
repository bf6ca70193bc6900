using RebaseBatch.Edge.Intake;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.DeadLetters;

/// <summary>Replays dead letters and reports the result of each. Stdout gets the message id of each one's job.</summary>
sealed class DeadLettersReplay(CommandContext context, IDeadLetters letters)
{
    /// <exception cref="UserException">
    /// Incomplete: some could not be replayed. QueueUnavailable: the queue does not answer, or refuses.
    /// </exception>
    public Task AllAsync(int limit, CancellationToken ct) => RunAsync(() => DeadLetterChoice.OfAllAsync(letters, limit, ct), ct);

    /// <summary>Replays those that are there. An interrupted run can therefore be repeated with the same names.</summary>
    /// <exception cref="UserException">NotFound: some are not there; they are named. Else as for <see cref="AllAsync"/>.</exception>
    public Task NamedAsync(IReadOnlyCollection<string> names, CancellationToken ct) =>
        RunAsync(() => DeadLetterChoice.OfNamedAsync(letters, names, ct), ct);

    async Task RunAsync(Func<Task<DeadLetterChoice>> choose, CancellationToken ct)
    {
        var replayed = 0;
        var faults = new List<string>();
        try
        {
            var choice = await choose();
            faults.AddRange(choice.Unknown.Select(name => DeadLetterListing.NotFound(name, letters).Message));
            faults.AddRange(choice.Unreadable.Select(name =>
                $"dead letter {name} can't be replayed, because the client library can't read it: have its producer send it with other "
                    + "AMQP types"));
            var missed = await new DeadLetterReplay(letters).ReplayAsync(choice, OnReplayed, ct);
            faults.AddRange(missed.Select(name =>
                $"dead letter {name} could not be received: another receiver holds it or has taken it; try again in a few minutes"));
            if (replayed > 0 || faults.Count == 0) context.WriteStderr(Summary(replayed));
            if (choice.HasMore) context.WriteStderr("there are more: run the command again to replay the rest");
            if (faults.Count > 0)
                throw new UserException(choice.Unknown.Count > 0 ? ExitCode.NotFound : ExitCode.Incomplete, string.Join('\n', faults));
        }
        catch (IOException e)
        {
            faults.Add($"{e.Message}; before that, {Summary(replayed)}; try again: a message never becomes two jobs");
            throw new UserException(ExitCode.QueueUnavailable, string.Join('\n', faults), e);
        }

        void OnReplayed(DeadLetter letter, bool isGone)
        {
            replayed++;
            context.Out.WriteLine(letter.JobMessageId);
            if (isGone) return;
            faults.Add($"dead letter {letter.Name} was replayed but is still there, because its lock expired first: replay it again; "
                + "a message never becomes two jobs");
        }
    }

    string Summary(int replayed) => replayed switch
    {
        0 => $"no message was put back into {letters.Location}",
        1 => $"1 message was put back into {letters.Location}",
        _ => $"{replayed} messages were put back into {letters.Location}",
    };
}
