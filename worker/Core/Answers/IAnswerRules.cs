using RebaseBatch.Contracts;

namespace RebaseBatch.Core.Answers;

/// <summary>How a preset reads, compares and counts answers. Pure, and bounded in time for any text.</summary>
interface IAnswerRules
{
    /// <summary>Stored with each verdict; verdicts of different versions are not comparable.</summary>
    string Version { get; }

    /// <returns>The answer that votes; null when the solution states none, and then it does not vote.</returns>
    string? Extract(string question, string solution);

    /// <inheritdoc cref="Voting.AllVotes"/>
    IReadOnlyList<VoteRecord> AllVotes(IReadOnlyList<Candidate> candidates, string? gold, bool scored, string? tolerance = null);
}
