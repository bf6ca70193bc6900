namespace RebaseBatch.Answers;

/// <summary>Whether an answer is the right one: it belongs to the gold answer's class.</summary>
static class Grader
{
    public static bool IsCorrect(string answer, string gold) => AnswerKey.Of(answer) is { Length: > 0 } key && key == AnswerKey.Of(gold);
}
