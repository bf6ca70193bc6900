using RebaseBatch.Contracts;

namespace RebaseBatch.Core.Answers;

/// <summary>
/// Turns candidates into one answer per voting method (arXiv 2408.00724, section 2). Answers vote in classes by
/// <see cref="AnswerKey"/>; the winner's text is that of its class's first candidate. A candidate without an answer never votes
/// and does not count in any share.
/// </summary>
static class Voting
{
    static readonly ScoreAggregation[] s_aggregations = Enum.GetValues<ScoreAggregation>();

    /// <param name="Reading">The meaning of <paramref name="Answer"/>.</param>
    /// <param name="Answer">The answer as the first candidate of its class wrote it.</param>
    /// <param name="Node">The last node of its own candidate.</param>
    internal sealed record Ballot(AnswerReading Reading, string Answer, IReadOnlyList<double> Scores, int Node);

    /// <summary>
    /// The vote of every method, in this order: majority; in a scored search also weighted and best-of-n, by each aggregation.
    /// </summary>
    /// <param name="candidates">In order of their nodes; this order decides ties.</param>
    /// <param name="gold">The right answer; null when unknown, and then no vote is graded.</param>
    /// <param name="scored">Whether the search scores steps. It decides which votes there are, also for a search without
    /// candidates.</param>
    /// <param name="tolerance">How far a winner may be from the right answer; the vote itself does not know it.</param>
    public static IReadOnlyList<VoteRecord> AllVotes(IReadOnlyList<Candidate> candidates, string? gold, bool scored,
        Tolerance? tolerance = null)
    {
        var ballots = Ballots(candidates);
        var right = gold is null ? null : GoldAnswer.Of(gold, tolerance);
        List<VoteRecord> votes = [Majority(ballots, right)];
        if (!scored) return votes;
        votes.AddRange(s_aggregations.Select(aggregation => Weighted(ballots, aggregation, right)));
        votes.AddRange(s_aggregations.Select(aggregation => BestOfN(ballots, aggregation, right)));
        return votes;
    }

    /// <summary>The vote that gives the job's own answer; the majority vote for an unscored search.</summary>
    public static VoteRecord JobsOwn(IReadOnlyList<VoteRecord> votes, JobSpec spec) =>
        votes.FirstOrDefault(vote => vote.Method == spec.Voting && vote.Aggregation == spec.Aggregation)
        ?? votes.First(vote => vote.Method == VotingMethod.Majority);

    /// <summary>
    /// The weight of each class of answers in the job's own vote, in no order: sums of numbers from 0 to 1. Null when that vote is
    /// best-of-n, which has no such sums.
    /// </summary>
    public static IReadOnlyCollection<double>? OwnClassWeights(IReadOnlyList<Candidate> candidates, JobSpec spec, bool scored)
    {
        if (scored && spec.Voting is VotingMethod.BestOfN) return null;
        var weighted = scored && spec.Voting is VotingMethod.Weighted;
        var weights = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var ballot in Ballots(candidates))
        {
            var weight = weighted ? ScoreAggregator.Aggregate(ballot.Scores, spec.Aggregation) : 1;
            weights[ballot.Reading.Key] = weights.GetValueOrDefault(ballot.Reading.Key) + weight;
        }
        return weights.Values;
    }

    /// <summary>The ballots of the candidates that vote, in their order.</summary>
    internal static List<Ballot> Ballots(IReadOnlyList<Candidate> candidates)
    {
        var voting = new List<(AnswerReading Reading, Candidate Candidate)>();
        var ofClass = new Dictionary<string, (AnswerReading Reading, string Answer)>(StringComparer.Ordinal);
        foreach (var candidate in candidates)
        {
            if (candidate.Answer is null || AnswerReading.Of(candidate.Answer) is not { Key.Length: > 0 } reading) continue;
            voting.Add((reading, candidate));
            // The plainest form speaks for its class, the first of several: 5 before x = 5 before 3x + 1 = 16, which grading tells apart.
            if (!ofClass.TryGetValue(reading.Key, out var known) || Plainness(reading) > Plainness(known.Reading))
                ofClass[reading.Key] = (reading, candidate.Answer);
        }
        return voting.ConvertAll(one =>
        {
            var (reading, answer) = ofClass[one.Reading.Key];
            return new Ballot(reading, answer, one.Candidate.StepScores, one.Candidate.Node);
        });
    }

    static int Plainness(AnswerReading reading) => reading switch { { IsUnsolved: true } => 0, { Variable: not null } => 1, _ => 2 };

    /// <summary>Among classes with the same number of votes, the one that reached that number first wins.</summary>
    static VoteRecord Majority(List<Ballot> ballots, GoldAnswer? gold)
    {
        var (winner, votes, total) = Tally(ballots, _ => 1);
        return Record(VotingMethod.Majority, null, winner, gold, total > 0 ? votes / total : 0);
    }

    /// <summary>
    /// Among classes with equal weight, the one that reached it first wins. When every score is 0, the majority wins, with share 0.
    /// </summary>
    static VoteRecord Weighted(List<Ballot> ballots, ScoreAggregation aggregation, GoldAnswer? gold)
    {
        var (winner, weight, total) = Tally(ballots, ballot => ScoreAggregator.Aggregate(ballot.Scores, aggregation));
        winner ??= Tally(ballots, _ => 1).Winner;
        return Record(VotingMethod.Weighted, aggregation, winner, gold, total > 0 ? weight / total : 0);
    }

    /// <summary>The best solution; among equally good ones the first.</summary>
    static VoteRecord BestOfN(List<Ballot> ballots, ScoreAggregation aggregation, GoldAnswer? gold)
    {
        var best = ballots.MaxBy(ballot => ScoreAggregator.Aggregate(ballot.Scores, aggregation));
        return Record(VotingMethod.BestOfN, aggregation, best,
            gold, best is null ? 0 : ScoreAggregator.Aggregate(best.Scores, aggregation));
    }

    /// <summary>The first class whose weight, ballot by ballot, rose above that of every other; null when all weights are 0.</summary>
    static (Ballot? Winner, double Weight, double Total) Tally(List<Ballot> ballots, Func<Ballot, double> weigh)
    {
        var (winner, most, total) = ((Ballot?)null, 0.0, 0.0);
        var weights = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var ballot in ballots)
        {
            var weight = weigh(ballot);
            total += weight;
            weights[ballot.Reading.Key] = weight += weights.GetValueOrDefault(ballot.Reading.Key);
            if (weight > most) (winner, most) = (ballot, weight);
        }
        return (winner, most, total);
    }

    static VoteRecord Record(VotingMethod method, ScoreAggregation? aggregation, Ballot? winner, GoldAnswer? gold, double share) =>
        new(method, aggregation, winner?.Answer,
            gold is null ? null : winner is not null && gold.IsMetBy(winner.Answer, winner.Reading), share);
}
