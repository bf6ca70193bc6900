namespace RebaseBatch.Core.Answers;

/// <summary>Whether an answer is the right one.</summary>
static class Grader
{
    /// <summary>It changes whenever a verdict may change: verdicts of different versions are not comparable.</summary>
    public const string Version = "4";

    /// <summary>
    /// The answer belongs to the gold answer's class, or one of them is y = 2x + 3 where the other is 2x + 3; or the gold answer is a
    /// value, and the answer states it behind a left side: x + y = 5 for 5. But an equation that still has to be solved is no answer
    /// (3x + 1 = 16 for 5), nor is the value of another variable (x = 5 for y = 5). All but the first rule are used for grading only and
    /// not for votes, because they aren't transitive. Two rules tell the answer from the gold answer:
    /// that of the left side, and that a decimal of at least 6 significant digits is right for the value that it rounds.
    /// </summary>
    public static bool IsCorrect(string answer, string gold) => IsCorrect(AnswerReading.Of(answer), AnswerReading.Of(gold));

    /// <inheritdoc cref="IsCorrect(string, string)"/>
    public static bool IsCorrect(AnswerReading answer, AnswerReading gold) =>
        answer.Key.Length > 0 && (IsSame(answer, gold) || answer.Definition == gold.Key || answer.Key == gold.Definition
            || (answer.Value == gold.Key && gold is { Variable: null, IsUnsolved: false }) || IsChoice(answer, gold));

    // A right answer of several to choose from: its letter says it, with any text behind, and so does its text.
    static bool IsChoice(AnswerReading answer, AnswerReading gold) =>
        gold.Choice is { } right
        && (IsCorrect(answer.Choice?.Letter ?? answer, right.Letter) || (answer.Choice is null && IsCorrect(answer, right.Text)));

    static bool IsSame(AnswerReading answer, AnswerReading gold) =>
        (answer.Key == gold.Key || (answer.Rounded is { } shown && gold.Rounded is { } exact && shown.Rounds(exact)))
        && answer.IsUnsolved == gold.IsUnsolved
        && (answer.Variable is null || gold.Variable is null || answer.Variable == gold.Variable);
}
