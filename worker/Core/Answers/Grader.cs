namespace RebaseBatch.Core.Answers;

/// <summary>Whether an answer is the right one.</summary>
static class Grader
{
    /// <summary>It changes whenever a verdict may change: verdicts of different versions are not comparable.</summary>
    public const string Version = "3";

    /// <summary>
    /// The answer belongs to the gold answer's class, or one of them is y = 2x + 3 where the other is 2x + 3. Symmetric: both
    /// answers are treated the same. The second rule is used for grading only and not for votes, because it isn't transitive.
    /// </summary>
    public static bool IsCorrect(string answer, string gold) => IsCorrect(AnswerReading.Of(answer), AnswerReading.Of(gold));

    /// <inheritdoc cref="IsCorrect(string, string)"/>
    public static bool IsCorrect(AnswerReading answer, AnswerReading gold) =>
        answer.Key.Length > 0 && (answer.Key == gold.Key || answer.Definition == gold.Key || answer.Key == gold.Definition);
}
