using RebaseBatch.Contracts;
using RebaseBatch.Core.Answers;
using RebaseBatch.Core.Datasets;

namespace RebaseBatch.Commands.Datasets;

/// <summary>A problem of a dataset as people look at it.</summary>
/// <param name="Question">On one line, cut at <see cref="LongestQuestion"/> characters.</param>
/// <param name="ReadAs">What the grader compares answers with; null when that is the right answer as it stands.</param>
sealed record DatasetExample(int Line, string Id, short? Level, string Question, string? Gold, string? ReadAs)
{
    public const int LongestQuestion = 300;
    const int Count = 3;

    /// <summary>The first problem, the middle one and the last one.</summary>
    public static IReadOnlyList<DatasetExample> Of(Dataset dataset)
    {
        if (dataset.Problems.Count == 0) return [];
        var last = dataset.Problems.Count - 1;
        return [.. Enumerable.Range(0, Count).Select(i => last * i / (Count - 1)).Distinct()
            .Select(i => Of(dataset.Lines[i], dataset.Problems[i]))];
    }

    static DatasetExample Of(int line, ProblemSpec problem)
    {
        var question = string.Join(' ', problem.Question.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return new(line, problem.CustomId, problem.Level,
            question.Length > LongestQuestion ? $"{question[..LongestQuestion].TrimEnd()}…" : question, problem.GoldAnswer,
            problem.GoldAnswer is { } gold ? Read(gold) : null);
    }

    static string? Read(string gold)
    {
        var reading = AnswerReading.Of(gold);
        if (reading.Choice is { } choice) return $"{gold.TrimStart()[1]}, or {Plain(choice.Text) ?? "its text"}";
        return Plain(reading) is { } key && !key.Equals(gold, StringComparison.OrdinalIgnoreCase) ? key : null;
    }

    /// <returns>The key as people read it; null for a digest of a formula or a number in bits, which say nothing to them.</returns>
    static string? Plain(AnswerReading reading) =>
        reading.Key is var key && (key.Contains("term ", StringComparison.Ordinal) || key.Contains("0x", StringComparison.Ordinal))
            ? null
            : key.TrimStart('"'); // the mark of words, which tells them from mathematics
}
