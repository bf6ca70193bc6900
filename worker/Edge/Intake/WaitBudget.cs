namespace RebaseBatch.Edge.Intake;

/// <summary>
/// How long a message may wait that can't become a job now, and how long one worker holds it of that time. Pure.
/// </summary>
/// <param name="Longest">The time from its sending to the dead letters.</param>
sealed record WaitBudget(TimeSpan Longest)
{
    /// <summary>Deliveries that the time is divided among: the queue allows 10 unless it is told otherwise.</summary>
    const int Deliveries = 10;

    /// <summary>A message that waited in a long queue before anybody tried it still gets this part of the time, an eighth.</summary>
    const int LeastPart = 8;

    /// <summary>What is left of the time.</summary>
    /// <param name="age">Time since it was sent; by two clocks, so it may be negative.</param>
    public TimeSpan Left(TimeSpan age) => TimeSpan.FromTicks(Math.Clamp((Longest - age).Ticks, Longest.Ticks / LeastPart, Longest.Ticks));

    /// <summary>
    /// How long a worker holds the message before it gives it back for others. Each hold is twice as long as the one before, and the tenth
    /// lasts for the whole time: so the deliveries last as long as the time, and a worker that starts later waits for the message no longer
    /// than the message has waited before.
    /// </summary>
    /// <param name="delivery">1 for the first.</param>
    public TimeSpan Hold(int delivery) => Longest / (1 << Math.Clamp(Deliveries - delivery, 0, Deliveries - 1));
}
