namespace RebaseBatch.Edge.Intake;

/// <summary>How long a call to a queue may take. A client's own defaults are 4 tries of a minute each, without a word.</summary>
/// <param name="Try">The time of one try.</param>
/// <param name="Retries">Tries after the first one, if it failed.</param>
/// <param name="Call">The time of a call with all its tries, apart from the wait for a message. After it the queue counts as away.</param>
/// <param name="OnSlow">Gets one sentence when a call takes long; null if nobody waits for it.</param>
sealed record QueuePatience(TimeSpan Try, int Retries, TimeSpan Call, Action<string>? OnSlow = null)
{
    /// <summary>A worker tries again by itself, and its other work goes on meanwhile.</summary>
    public static QueuePatience OfWorker { get; } = new(TimeSpan.FromSeconds(10), 2, TimeSpan.FromSeconds(30));

    /// <summary>Somebody waits for a command: with the wait for a dead letter and the way out it must end within 30 s.</summary>
    public static QueuePatience OfCommand(Action<string> onSlow) => new(TimeSpan.FromSeconds(10), 1, TimeSpan.FromSeconds(15), onSlow);
}
