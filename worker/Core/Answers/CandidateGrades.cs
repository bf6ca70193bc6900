namespace RebaseBatch.Core.Answers;

/// <summary>Which finished solutions are right, by the classes in which they vote.</summary>
static class CandidateGrades
{
    /// <returns>The numbers of the last nodes of the right ones. A solution without an answer is not right.</returns>
    public static IReadOnlySet<int> RightNodes(IReadOnlyList<Candidate> candidates, string gold, Tolerance? tolerance = null)
    {
        var right = GoldAnswer.Of(gold, tolerance);
        var verdicts = new Dictionary<string, bool>(StringComparer.Ordinal);
        var nodes = new HashSet<int>();
        foreach (var ballot in Voting.Ballots(candidates))
        {
            if (!verdicts.TryGetValue(ballot.Reading.Key, out var isRight))
                verdicts[ballot.Reading.Key] = isRight = right.IsMetBy(ballot.Answer, ballot.Reading);
            if (isRight) nodes.Add(ballot.Node);
        }

        return nodes;
    }
}
