using RebaseBatch.Core.Searching;
using Xunit;

namespace RebaseBatch.Tests.Core.Searching;

[Fast]
public sealed class ParticleSearchTests
{
    [Fact]
    public void Ended_particles_keep_their_places_and_the_others_are_resampled()
    {
        // One of four finishes: three places over odds 9 and 1e-7 go to the first, whatever is drawn.
        var planted = new PlantedTree(new ParticleSearch(4, annealed: false, maxDepth: 25)).Grow(0.9, -0.9, 0, 0);
        Assert.Equal([(1, 3)], planted.Next());
        Assert.Equal([(5, 1)], planted.Grow(0.9, -0.1, double.NaN).Next());
        Assert.Empty(planted.Grow(-0.5).Next());
    }

    [Fact]
    public void The_draw_is_the_searchs_own_and_another_search_draws_otherwise()
    {
        var strategy = new ParticleSearch(16, annealed: false, maxDepth: 25);
        var deals = Enumerable.Range(0, 20).Select(problem =>
        {
            var tree = new SearchTree(RandomStream.ForSearch(7, problem));
            foreach (var step in strategy.NextWave(tree))
            {
                tree.Add(new()
                {
                    No = step.No, ParentNo = 0, Depth = 1, ChildIndex = step.ChildIndex, State = NodeState.Open, Tokens = [], Text = "",
                    Score = step.No / 20.0,
                });
            }
            var wave = strategy.NextWave(tree);
            Assert.Equal(wave, strategy.NextWave(tree));
            return string.Join(' ', wave.Select(step => step.ParentNo));
        }).Distinct().Count();
        Assert.True(deals > 1);
    }

    [Fact]
    public void Annealing_deals_an_early_level_more_evenly()
    {
        double[] scores = [0.999, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5];
        Assert.Equal(1, Parents(annealed: false));
        Assert.True(Parents(annealed: true) > 3);

        int Parents(bool annealed) => new PlantedTree(new ParticleSearch(8, annealed, maxDepth: 25)).Grow(scores).Next().Count();
    }
}
