namespace RebaseBatch.Edge.Intake;

/// <summary>
/// Puts chosen dead letters back into their queue: it sends a copy and then completes the letter. A crash in between leaves both, and the
/// next replay sends the copy again. Within its window the queue drops that copy; later the copy is one more delivery of a message whose
/// job is known by its id.
/// </summary>
sealed class DeadLetterReplay(IDeadLetters letters)
{
    /// <summary>Letters received at once. Each takes milliseconds, and the lock of the last one must hold until its turn.</summary>
    const int AtOnce = 20;

    /// <summary>
    /// How many letters may be put aside during the run and come before the chosen ones. Without a limit, a stream of them would keep the
    /// run going for ever.
    /// </summary>
    const int Newcomers = 200;

    static readonly TimeSpan s_wait = TimeSpan.FromSeconds(5);

    /// <summary>Time to release the letters that were not chosen, when the run ends.</summary>
    static readonly TimeSpan s_releasing = TimeSpan.FromSeconds(5);

    /// <param name="replayed">Called for each letter whose copy is in the queue, with whether the letter is gone.</param>
    /// <returns>The names of the letters that could not be received: others hold them, or completed them.</returns>
    public async Task<IReadOnlyList<string>> ReplayAsync(DeadLetterChoice choice, Action<DeadLetter, bool> replayed, CancellationToken ct)
    {
        var left = new Dictionary<long, string>(choice.Names);
        // The queue can't give a letter by its name. The run holds the letters that were not chosen; otherwise the queue would give them
        // again and again.
        var held = new Dictionary<long, DeadLetter>();
        try
        {
            for (var looks = choice.Seen + Newcomers; left.Count > 0 && looks > 0;)
            {
                var some = await letters.ReceiveAsync(Math.Min(AtOnce, looks), s_wait, ct);
                if (some.Count == 0) break;
                looks -= some.Count;
                foreach (var letter in some) held[letter.Sequence] = letter;
                foreach (var letter in some)
                {
                    if (!left.ContainsKey(letter.Sequence)) continue;
                    ct.ThrowIfCancellationRequested();
                    var isGone = await MoveAsync(letter);
                    left.Remove(letter.Sequence);
                    held.Remove(letter.Sequence);
                    replayed(letter, isGone);
                }
            }
        }
        finally
        {
            await ReleaseAsync(held.Values);
        }
        return [.. left.Values.Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Runs to its end even if the run is cancelled; otherwise a second replay would have to finish it.</summary>
    /// <returns>False: the copy is sent, and the letter's lock ran out before it could be completed.</returns>
    async Task<bool> MoveAsync(DeadLetter letter)
    {
        await letters.ResendAsync(letter, CancellationToken.None);
        try
        {
            await letters.CompleteAsync(letter, CancellationToken.None);
            return true;
        }
        catch (MessageLockLostException)
        {
            return false;
        }
    }

    async Task ReleaseAsync(IEnumerable<DeadLetter> held)
    {
        using var enough = new CancellationTokenSource(s_releasing);
        await Task.WhenAll(held.Select(async letter =>
        {
            try
            {
                await letters.ReleaseAsync(letter, enough.Token);
            }
            catch (Exception)
            {
                // Its lock runs out.
            }
        }));
    }
}
