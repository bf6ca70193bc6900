using RebaseBatch.Inference.Scheduling;
using Xunit;

namespace RebaseBatch.Tests.Inference;

[Fast]
public sealed class SearchLanesTests
{
    const int Enough = 8;

    [Fact]
    public void Any_wave_is_dealt_whole_and_evenly_and_nobody_moves_who_had_room_at_home()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var search = Over(1 + random.Next(6));
            var (parents, next) = (new List<int> { 0 }, 1);
            for (var level = 0; level < 5; level++)
            {
                var wave = parents.Select(parent => new Siblings(parent, [.. Enumerable.Range(next, 1 + random.Next(20)).Select(_ => next++)])).ToList();
                var homes = wave.ToDictionary(family => family.Parent, family => search.Of(family.Parent));
                search.Assign(wave, Enough);

                var total = wave.Sum(family => family.Children.Count);
                var share = Math.Max(Enough, (total + search.Lanes.Count - 1) / search.Lanes.Count);
                var inLane = wave.SelectMany(family => family.Children).GroupBy(search.Of).ToDictionary(lane => lane.Key, lane => lane.Count());
                Assert.All(inLane, lane => Assert.True(search.Lanes.Contains(lane.Key) && lane.Value <= share, $"seed {seed}: {lane.Value} in a lane, {share} at most"));
                // Whoever left home left a lane that was full.
                foreach (var family in wave.Where(family => family.Children.Any(child => search.Of(child) != homes[family.Parent])))
                    Assert.Equal(share, inLane[homes[family.Parent]]);

                parents = [.. wave.SelectMany(family => family.Children).Where(_ => random.Next(3) == 0)];
                if (parents.Count == 0) break;
                search.Retain(parents.ToHashSet());
            }
        }
    }

    [Fact]
    public void A_wave_that_one_lane_serves_well_stays_in_it()
    {
        var search = Over(4);
        search.Assign([new(0, [1, 2, 3, 4, 5, 6, 7, 8])], Enough);
        Assert.All(Enumerable.Range(1, 8), node => Assert.Equal(search.Of(0), search.Of(node)));
    }

    [Fact]
    public void Siblings_that_have_to_move_go_together()
    {
        var search = Over(4);
        search.Assign([new(0, [.. Enumerable.Range(1, 32)])], Enough);
        Assert.Equal(4, Enumerable.Range(1, 32).GroupBy(search.Of).Count());
        // The first lane's eight nodes get all that is left, six children each: each lane takes whole families but at its border.
        search.Assign([.. Enumerable.Range(1, 8).Select(parent => new Siblings(parent, [.. Enumerable.Range(100 * parent, 6)]))], Enough);
        Assert.InRange(Enumerable.Range(1, 8).Sum(parent => Enumerable.Range(100 * parent, 6).GroupBy(search.Of).Count()), 8, 8 + 3);
    }

    [Fact]
    public void A_node_that_is_let_go_of_is_at_home_again()
    {
        var search = Over(2);
        search.Assign([new(0, [.. Enumerable.Range(1, 16)])], Enough);
        var moved = Enumerable.Range(1, 16).First(node => search.Of(node) != search.Of(0));
        search.Retain(new HashSet<int> { moved });
        Assert.NotEqual(search.Of(0), search.Of(moved));
        search.Retain(new HashSet<int>());
        Assert.Equal(search.Of(0), search.Of(moved));
    }

    static SearchLanes Over(int lanes)
    {
        var search = new SearchLanes(home: 3);
        for (var lane = 1; lane < lanes; lane++) search.Add(3 + 2 * lane);
        return search;
    }
}
