namespace RebaseBatch.Core.Answers;

/// <summary>A right answer, read once for all answers that are held against it.</summary>
/// <param name="Text">As the dataset has it.</param>
/// <param name="Tolerance">Null where nothing is tolerated.</param>
sealed record GoldAnswer(string Text, AnswerReading Reading, Tolerance? Tolerance)
{
    public static GoldAnswer Of(string text, Tolerance? tolerance) => new(text, AnswerReading.Of(text), tolerance);

    /// <param name="answer">As written.</param>
    /// <param name="reading">Its meaning.</param>
    public bool IsMetBy(string answer, AnswerReading reading) =>
        Grader.IsCorrect(reading, Reading) || Tolerance?.Covers(answer, Text) == true;
}
