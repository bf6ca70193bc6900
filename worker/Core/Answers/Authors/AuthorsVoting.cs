using RebaseBatch.Contracts;

namespace RebaseBatch.Core.Answers.Authors;

/// <summary>
/// The authors' votes (math_evaluate.py). An answer that equals several classes votes for each of them: their equality is not transitive,
/// and their loop has no break. A class leads once it rises above the highest weight so far; the answer that raised it is the winner's
/// text. When all weights are 0, "None" is graded. Best-of-n without a candidate grades "[invalid]".
/// </summary>
static class AuthorsVoting
{
    const string None = "None";

    static readonly ScoreAggregation[] s_aggregations = Enum.GetValues<ScoreAggregation>();

    /// <param name="Classes">The earlier classes that it equals; empty if it begins a class.</param>
    sealed record Ballot(string Answer, IReadOnlyList<int> Classes, IReadOnlyList<double> Scores);

    /// <inheritdoc cref="Voting.AllVotes"/>
    public static IReadOnlyList<VoteRecord> AllVotes(IReadOnlyList<Candidate> candidates, string? gold, bool scored)
    {
        var ballots = Ballots(candidates);
        var goldReading = gold is null ? null : AuthorsReading.Of(gold);
        List<VoteRecord> votes = [Weighed(ballots, VotingMethod.Majority, null, _ => 1, goldReading)];
        if (!scored) return votes;
        votes.AddRange(s_aggregations.Select(aggregation =>
            Weighed(ballots, VotingMethod.Weighted, aggregation, ballot => ScoreAggregator.Aggregate(ballot.Scores, aggregation),
                goldReading)));
        votes.AddRange(s_aggregations.Select(aggregation => BestOfN(ballots, aggregation, goldReading)));
        return votes;
    }

    /// <summary>Which answers are equal does not depend on the weights. So it is computed once for all votes.</summary>
    static List<Ballot> Ballots(IReadOnlyList<Candidate> candidates)
    {
        var readings = new Dictionary<string, AuthorsReading>(StringComparer.Ordinal);
        var classes = new List<AuthorsReading>();
        var ballots = new List<Ballot>(candidates.Count);
        foreach (var candidate in candidates)
        {
            var answer = candidate.Answer ?? AuthorsExtractor.Invalid;
            if (!readings.TryGetValue(answer, out var reading)) readings[answer] = reading = AuthorsReading.Of(answer);
            int[] equal = [.. Enumerable.Range(0, classes.Count).Where(i => reading.IsEqualTo(classes[i]))];
            if (equal.Length == 0) classes.Add(reading);
            ballots.Add(new(answer, equal, candidate.StepScores));
        }
        return ballots;
    }

    static VoteRecord Weighed(List<Ballot> ballots, VotingMethod method, ScoreAggregation? aggregation, Func<Ballot, double> weigh,
        AuthorsReading? gold)
    {
        var (winner, most, total) = ((string?)null, 0.0, 0.0);
        var weights = new List<double>();
        foreach (var ballot in ballots)
        {
            var weight = weigh(ballot);
            total += weight;
            if (ballot.Classes.Count == 0) weights.Add(0);
            IReadOnlyList<int> lifted = ballot.Classes.Count == 0 ? [weights.Count - 1] : ballot.Classes;
            foreach (var at in lifted)
            {
                weights[at] += weight;
                if (weights[at] > most) (winner, most) = (ballot.Answer, weights[at]);
            }
        }
        return Record(method, aggregation, winner ?? None, gold, total > 0 ? most / total : 0);
    }

    /// <summary>The best solution; among equally good ones the first.</summary>
    static VoteRecord BestOfN(List<Ballot> ballots, ScoreAggregation aggregation, AuthorsReading? gold)
    {
        var best = ballots.MaxBy(ballot => ScoreAggregator.Aggregate(ballot.Scores, aggregation));
        return Record(VotingMethod.BestOfN, aggregation, best?.Answer ?? AuthorsExtractor.Invalid,
            gold, best is null ? 0 : ScoreAggregator.Aggregate(best.Scores, aggregation));
    }

    static VoteRecord Record(VotingMethod method, ScoreAggregation? aggregation, string answer, AuthorsReading? gold, double share) =>
        new(method, aggregation, answer, gold is null ? null : AuthorsReading.Of(answer).IsEqualTo(gold), share);
}
