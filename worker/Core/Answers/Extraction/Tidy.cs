namespace RebaseBatch.Core.Answers.Extraction;

/// <summary>What every end rule takes off an answer.</summary>
static class Tidy
{
    /// <summary>Step tag of the Math-Shepherd convention: a policy trained on tagged text writes it after each step.</summary>
    const string StepTag = "ки";

    /// <returns>The answer without colons before it, and without space, step tag and full stop around it.</returns>
    public static ReadOnlySpan<char> Answer(ReadOnlySpan<char> answer)
    {
        answer = answer.TrimStart(':').Trim();
        if (answer.EndsWith(StepTag) && (answer.Length == StepTag.Length || !char.IsLetter(answer[^(StepTag.Length + 1)])))
            answer = answer[..^StepTag.Length].TrimEnd();
        return answer.EndsWith('.') ? answer[..^1].TrimEnd() : answer;
    }
}
