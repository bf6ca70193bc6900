namespace RebaseBatch.Tests.Core.Answers;

/// <summary>Golds as MATH writes them, from <c>golds.tsv</c>.</summary>
static class Golds
{
    public static IReadOnlyList<(string Class, string Text)> All { get; } =
    [
        .. from line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Answers", "golds.tsv"))
           where !line.StartsWith('#')
           let columns = line.Split('\t')
           select (columns[0], columns[1]),
    ];
}
