using RebaseBatch.Contracts;

namespace RebaseBatch.Evaluation.Exports;

/// <summary>One problem's committed answer as other tools' formats need it.</summary>
/// <param name="Ordinal">Place in the dataset, from 0.</param>
/// <param name="Level">How hard the dataset calls the problem; null when it does not say.</param>
sealed record ExportedAnswer(
    int Ordinal, string Question, int? Level, AnswerRecord Answer, UsageRecord Usage, DateTimeOffset AnsweredAt)
{
    /// <summary>
    /// The finished solutions, first one whose answer is the job's own as it is written, then the others in their order: a tool that shows
    /// one shows the first.
    /// </summary>
    public IReadOnlyList<CandidateRecord> Solutions
    {
        get
        {
            var first = Answer.Answer is { } own ? Answer.Candidates.FirstOrDefault(candidate => candidate.Answer == own) : null;
            return first is null ? Answer.Candidates : [first, .. Answer.Candidates.Where(candidate => candidate != first)];
        }
    }
}
