using RebaseBatch.Contracts;

namespace RebaseBatch.Core.Answers;

/// <summary>
/// One problem's independent samples, as input of the votes: the class that each of them votes for, and its weight. Classes are numbers
/// from 0 in the order of their first vote.
/// </summary>
sealed class SampledProblem
{
    readonly bool[] _isRight;

    SampledProblem(int[] classes, double[] weights, bool[] isRight) => (Classes, Weights, _isRight) = (classes, weights, isRight);

    /// <summary>
    /// The class of every sample that votes, in the order of their nodes, which decides ties. Samples without an answer are not listed.
    /// </summary>
    public int[] Classes { get; }

    /// <summary>The weight of each of them in the weighted vote; 0 for unscored samples.</summary>
    public double[] Weights { get; }

    /// <summary>How many samples are right.</summary>
    public int RightCount => Classes.Count(IsRight);

    public int ClassCount => _isRight.Length;

    /// <summary>False for every class when no sample voted for the gold answer: a class that was never sampled has no weight.</summary>
    public bool CanBeRight => _isRight.Contains(true);

    public bool CanBeWrong => _isRight.Length == 0 || _isRight.Contains(false);

    /// <summary>Whether a class is right; the grader may accept several (y = 2x + 3 and 2x + 3).</summary>
    public bool IsRight(int @class) => _isRight[@class];

    /// <param name="candidates">In order of their nodes; empty for a failed problem, which is never right.</param>
    public static SampledProblem Of(IReadOnlyList<Candidate> candidates, string gold, ScoreAggregation aggregation,
        Tolerance? tolerance = null)
    {
        var right = GoldAnswer.Of(gold, tolerance);
        var ballots = Voting.Ballots(candidates);
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        var isRight = new List<bool>();
        foreach (var ballot in ballots)
            if (numbers.TryAdd(ballot.Reading.Key, numbers.Count)) isRight.Add(right.IsMetBy(ballot.Answer, ballot.Reading));
        return new(
            [.. ballots.Select(ballot => numbers[ballot.Reading.Key])],
            [.. ballots.Select(ballot => ScoreAggregator.Aggregate(ballot.Scores, aggregation))],
            [.. isRight]);
    }
}
