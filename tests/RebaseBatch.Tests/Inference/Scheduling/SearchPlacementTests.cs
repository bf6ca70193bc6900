using RebaseBatch.Inference.Scheduling;
using Xunit;

namespace RebaseBatch.Tests.Inference.Scheduling;

[Fast]
public sealed class SearchPlacementTests
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
                var wave = parents.Select(
                    parent => new Siblings(parent, [.. Enumerable.Range(next, 1 + random.Next(20)).Select(_ => next++)])).ToList();
                var homes = wave.ToDictionary(siblings => siblings.Parent, siblings => search.Of(siblings.Parent));
                search.Assign(wave, Enough);

                var total = wave.Sum(siblings => siblings.Children.Count);
                var share = Math.Max(Enough, (total + search.Engines.Count - 1) / search.Engines.Count);
                var inEngine = wave.SelectMany(siblings => siblings.Children).GroupBy(search.Of)
                    .ToDictionary(engine => engine.Key, engine => engine.Count());
                Assert.All(inEngine, engine => Assert.True(search.Engines.Contains(engine.Key) && engine.Value <= share,
                    $"seed {seed}: {engine.Value} in an engine, {share} at most"));
                // A search leaves its home engine only if that engine is full.
                foreach (var siblings in wave.Where(siblings => siblings.Children.Any(child => search.Of(child) != homes[siblings.Parent])))
                    Assert.Equal(share, inEngine[homes[siblings.Parent]]);

                parents = [.. wave.SelectMany(siblings => siblings.Children).Where(_ => random.Next(3) == 0)];
                if (parents.Count == 0) break;
                search.Retain(parents.ToHashSet());
            }
        }
    }

    [Fact]
    public void A_wave_that_one_engine_serves_well_stays_in_it()
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
        // The first engine's eight nodes get all that is left, six children each: each engine takes whole groups of siblings except at its
        // border.
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

    static SearchPlacement Over(int engines)
    {
        var search = new SearchPlacement(home: 3);
        for (var engine = 1; engine < engines; engine++) search.Add(3 + 2 * engine);
        return search;
    }
}
