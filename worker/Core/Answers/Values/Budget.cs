namespace RebaseBatch.Core.Answers.Values;

/// <summary>
/// The work that reading one answer may cost. The algorithms count it before each operation: so the same answer has the same verdict on
/// every processor. With a timer the verdict would depend on the load. One unit is about 0.1 µs.
/// </summary>
sealed class Budget
{
    public const int Limit = 100_000;

    public long Spent { get; private set; }

    /// <exception cref="UnreadableException">The work would go beyond the limit.</exception>
    public void Spend(long units)
    {
        if (Spent + units > Limit) throw new UnreadableException("too much work");
        Spent += units;
    }
}
