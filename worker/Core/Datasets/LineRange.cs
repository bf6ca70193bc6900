namespace RebaseBatch.Core.Datasets;

/// <summary>Lines of a file by number, 1 for the first; both ends are included.</summary>
readonly record struct LineRange(int First, int Last)
{
    public static LineRange All { get; } = new(1, int.MaxValue);
}
