namespace RebaseBatch.Answers;

/// <summary>Whether an answer is the right one: it belongs to the gold answer's class.</summary>
static class Grader
{
    /// <summary>Changes whenever a verdict may: verdicts of different versions are not comparable.</summary>
    public const string Version = "1";

    public static bool IsCorrect(string answer, string gold) => AnswerKey.Of(answer) is { Length: > 0 } key && key == AnswerKey.Of(gold);
}
