using FsCheck;
using FsCheck.Fluent;
using RebaseBatch.Inference.Remote;
using Xunit;

namespace RebaseBatch.Tests.Inference.Remote;

[Fast]
public sealed class ReplicaChoiceTests
{
    static readonly ReplicaState s_idle = new(false, false, 0, 0);

    [Fact]
    public void Any_choice_is_there_failed_least_and_of_those_has_the_least_load()
    {
        Prop.ForAll(Replicas.ToArbitrary(), Gen.Choose(0, 7).ToArbitrary(), (replicas, first) =>
        {
            var chosen = ReplicaChoice.Of(replicas, home: null, first % replicas.Length);
            var there = replicas.Where(replica => !replica.IsAway).ToList();
            return chosen is { } index
                ? !replicas[index].IsAway && there.All(other => (replicas[index].Failures, replicas[index].Load).CompareTo(
                    (other.Failures, other.Load)) <= 0)
                : there.Count == 0;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Any_search_stays_at_home_unless_that_is_away_worse_or_full()
    {
        Prop.ForAll(Replicas.ToArbitrary(), Gen.Choose(0, 7).ToArbitrary(), (replicas, number) =>
        {
            var home = number % replicas.Length;
            var chosen = ReplicaChoice.Of(replicas, home, 0);
            return replicas[home].IsAway ? chosen is null || !replicas[chosen.Value].IsAway
                : chosen == home || replicas[home].Failures > replicas[chosen!.Value].Failures
                    || replicas[home].IsFull && 2 * replicas[chosen.Value].Load <= replicas[home].Load;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Any_number_of_new_searches_is_spread_to_within_one()
    {
        var (counts, numbers) = (Gen.Choose(1, 9).ToArbitrary(), Gen.Choose(0, 60).ToArbitrary());
        Prop.ForAll(counts, numbers, Gen.Choose(0, 8).ToArbitrary(), (count, searches, first) =>
        {
            var replicas = Enumerable.Repeat(s_idle, count).ToArray();
            for (var i = 0; i < searches; i++)
            {
                var chosen = ReplicaChoice.Of(replicas, null, first % count)!.Value;
                replicas[chosen] = replicas[chosen] with { Load = replicas[chosen].Load + 1 };
            }

            return replicas.Max(replica => replica.Load) - replicas.Min(replica => replica.Load) <= 1;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Workers_that_start_together_begin_with_different_replicas() =>
        Assert.Equal([0, 1, 2], Enumerable.Range(0, 3).Select(first => ReplicaChoice.Of([s_idle, s_idle, s_idle], null, first)!.Value));

    static Gen<ReplicaState[]> Replicas =>
        (from away in Gen.Elements(true, false)
         from full in Gen.Elements(true, false)
         from load in Gen.Choose(0, 20)
         from failures in Gen.Choose(0, 2)
         select new ReplicaState(away, full, load, failures)).NonEmptyListOf().Select(list => list.Take(8).ToArray());
}
