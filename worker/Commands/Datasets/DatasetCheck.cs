using RebaseBatch.Core.Datasets;

namespace RebaseBatch.Commands.Datasets;

/// <summary>What <c>rebase datasets check</c> found.</summary>
/// <param name="Repeated">Lines whose question stands on an earlier line already, with that line.</param>
sealed record DatasetCheck(
    string File, Dataset Dataset, IReadOnlyList<(int Line, int First)> Repeated, IReadOnlyList<DatasetExample> Examples)
{
    /// <param name="file">Name of the file, for people.</param>
    public static DatasetCheck Of(string file, Dataset dataset)
    {
        var first = new Dictionary<string, int>(StringComparer.Ordinal);
        var repeated = new List<(int, int)>();
        foreach (var (problem, line) in dataset.Problems.Zip(dataset.Lines))
            if (!first.TryAdd(problem.Question, line)) repeated.Add((line, first[problem.Question]));
        return new(file, dataset, repeated, DatasetExample.Of(dataset));
    }
}
