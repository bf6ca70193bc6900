namespace RebaseBatch.Core.Tables;

/// <summary>How important a column is: a narrow terminal leaves out the least important columns first.</summary>
/// <remarks>
/// Columns without a rank (the default) go first. Then go those with the highest number, and rank 1 goes last. Of two columns of one rank
/// the right one goes first.
/// </remarks>
readonly record struct Rank
{
    readonly int _order;

    Rank(int order) => _order = order;

    /// <summary>Says which thing the row is about. It is never left out and never shortened.</summary>
    public static Rank Key { get; } = new(-1);

    /// <summary>The answer for which people run the command. It is never left out and never shortened.</summary>
    public static Rank Verdict { get; } = new(-2);

    /// <summary>Whether the column is in every table.</summary>
    public bool IsKept => _order < 0;

    /// <summary>The higher, the earlier the column is left out.</summary>
    public int Order => _order == 0 ? int.MaxValue : _order;

    /// <param name="order">From 1, which is left out last.</param>
    public static implicit operator Rank(int order) =>
        order > 0 ? new(order) : throw new ArgumentOutOfRangeException(nameof(order), order, "a rank begins at 1");
}
