using RebaseBatch.Contracts;

namespace RebaseBatch.Core.Answers;

/// <summary>The default: the last answer in the text counts, in any convention, and answers are compared by value.</summary>
sealed class CorrectedAnswerRules : IAnswerRules
{
    public string Version => Grader.Version;

    public string? Extract(string question, string solution) => AnswerExtractor.Extract(solution);

    public IReadOnlyList<VoteRecord> AllVotes(IReadOnlyList<Candidate> candidates, string? gold, bool scored) =>
        Voting.AllVotes(candidates, gold, scored);
}
