using RebaseBatch.Edge.Intake;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.DeadLetters;

/// <summary>Replays dead letters and says what became of each; stdout gets the id that each one's job will be known by.</summary>
sealed class DeadLettersReplay(CommandContext context, IDeadLetters letters)
{
    /// <exception cref="UserException">Incomplete: some could not be replayed. Or the queue does not answer, or refuses.</exception>
    public Task AllAsync(int limit, CancellationToken ct) => RunAsync(() => DeadLetterChoice.OfAllAsync(letters, limit, ct), ct);

    /// <summary>Replays those that are there, so that a run that was cut off can be repeated as it was.</summary>
    /// <exception cref="UserException">NotFound: one is not there; it is named. Else as <see cref="AllAsync"/>.</exception>
    public Task NamedAsync(IReadOnlyCollection<string> names, CancellationToken ct) => RunAsync(() => DeadLetterChoice.OfNamedAsync(letters, names, ct), ct);

    async Task RunAsync(Func<Task<DeadLetterChoice>> choose, CancellationToken ct)
    {
        var replayed = 0;
        var faults = new List<string>();
        try
        {
            var choice = await choose();
            faults.AddRange(choice.Unknown.Select(name => DeadLetterListing.Unknown(name, letters).Message));
            var missed = await new DeadLetterReplay(letters).ReplayAsync(choice, Tell, ct);
            faults.AddRange(missed.Select(name => $"dead letter {name} can't be had: something else holds it, or took it; try again in a few minutes"));
            if (replayed > 0 || choice.Unknown.Count + missed.Count == 0) context.WriteStderr(Summary(replayed));
            if (choice.HasMore) context.WriteStderr("there are more: replay again for the rest");
            if (faults.Count > 0) throw new UserException(choice.Unknown.Count > 0 ? ExitCode.NotFound : ExitCode.Incomplete, string.Join('\n', faults));
        }
        catch (IOException e)
        {
            faults.Add($"{e.Message}; {Summary(replayed)} by then; try again, which can't make a second job of any");
            throw new UserException(ExitCode.QueueUnavailable, string.Join('\n', faults), e);
        }

        void Tell(DeadLetter letter, bool isGone)
        {
            replayed++;
            context.Out.WriteLine(letter.JobMessageId);
            if (!isGone) faults.Add($"dead letter {letter.Name} was replayed and is still there, as its lock ran out first: replay it again, which can't make a second job of it");
        }
    }

    string Summary(int replayed) => replayed switch
    {
        0 => $"no message went back into {letters.Location}",
        1 => $"1 message is back in {letters.Location}",
        _ => $"{replayed} messages are back in {letters.Location}",
    };
}
