using RebaseBatch.Contracts;

namespace RebaseBatch.Core.Answers.Authors;

/// <summary>The authors' evaluation (thu-wyz/inference_scaling, math_evaluate.py) as it behaves, faults included.</summary>
sealed class AuthorsAnswerRules : IAnswerRules
{
    public string Version => "authors-1";

    public string Extract(string question, string solution) => AuthorsExtractor.Extract(question, solution);

    public IReadOnlyList<VoteRecord> AllVotes(IReadOnlyList<Candidate> candidates, string? gold, bool scored, string? tolerance = null) =>
        AuthorsVoting.AllVotes(candidates, gold, scored);
}
