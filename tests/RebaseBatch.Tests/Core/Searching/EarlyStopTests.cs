using FsCheck;
using FsCheck.Fluent;
using RebaseBatch.Contracts;
using RebaseBatch.Core.Answers;
using RebaseBatch.Core.Searching;
using Xunit;

namespace RebaseBatch.Tests.Core.Searching;

[Fast]
public sealed class EarlyStopTests
{
    sealed record Ballots((int Class, double Weight)[] Cast, int Remaining)
    {
        public bool IsDecided() => EarlyStop.VoteIsDecided(Cast.GroupBy(b => b.Class).Select(c => c.Sum(b => b.Weight)), Remaining);

        public override string ToString() => $"[{string.Join(", ", Cast)}], {Remaining} to come";
    }

    static readonly Gen<Ballots> s_ballots =
        from cast in (from answer in Gen.Choose(1, 3)
                      from weight in Gen.Elements(0.0, 0.1, 0.5, 0.7, 0.9, 1.0, 1.0)
                      select (answer, weight)).ListOf()
        from remaining in Gen.Choose(0, 3)
        select new Ballots([.. cast], remaining);

    [Theory]
    [InlineData(new[] { 3.5, 1.0 }, 2, true)]
    [InlineData(new[] { 1.0, 3.5 }, 2, true)]
    [InlineData(new[] { 3.0, 1.0 }, 2, false)] // all of the rest would draw level
    [InlineData(new[] { 2.5 }, 2, true)]
    [InlineData(new[] { 1.5 }, 2, false)] // an answer that nobody gave yet may win
    [InlineData(new double[0], 1, false)]
    [InlineData(new double[0], 0, true)]
    [InlineData(new[] { 1.0, 1.0 }, 0, true)]
    [InlineData(new[] { 9.0, double.NaN }, 1, false)]
    public void A_vote_is_decided_when_its_lead_is_above_all_that_can_come(double[] weights, int remaining, bool decided) =>
        Assert.Equal(decided, EarlyStop.VoteIsDecided(weights, remaining));

    [Fact]
    public void No_completion_of_a_decided_vote_has_another_winner() => Check(ballots =>
    {
        if (!ballots.IsDecided()) return true;
        var winner = Winner(ballots.Cast);
        return Completions(ballots.Remaining).All(rest => Winner([.. ballots.Cast, .. rest]) == winner);
    });

    [Fact]
    public void A_vote_that_is_not_decided_has_a_completion_that_overtakes_or_draws_level() => Check(ballots =>
    {
        if (ballots.IsDecided()) return true;
        var totals = new double[5];
        foreach (var (answer, weight) in ballots.Cast) totals[answer] += weight;
        var leader = Array.IndexOf(totals, totals.Max());
        return totals.Where((_, answer) => answer != leader).Max() + ballots.Remaining >= totals[leader] - 1e-6;
    });

    static void Check(Func<Ballots, bool> holds) => Prop.ForAll(s_ballots.ToArbitrary(), holds)
        .Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    /// <summary>The real vote's winner.</summary>
    static string? Winner((int Class, double Weight)[] ballots) =>
        Voting.AllVotes([.. ballots.Select((b, i) => new Candidate(i + 1, "", $"{b.Class}", [b.Weight]))], null, scored: true)
            .Single(vote => vote is { Method: VotingMethod.Weighted, Aggregation: ScoreAggregation.Last }).Answer;

    /// <summary>Every way for up to so many candidates to finish, an unheard-of answer among theirs.</summary>
    static IEnumerable<(int Class, double Weight)[]> Completions(int remaining)
    {
        yield return [];
        if (remaining == 0) yield break;
        foreach (var rest in Completions(remaining - 1))
            foreach (var answer in new[] { 1, 2, 3, 4 })
                foreach (var weight in new[] { 0.3, 1.0 })
                    yield return [(answer, weight), .. rest];
    }
}
