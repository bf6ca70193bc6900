namespace RebaseBatch.Core.Searching;

/// <summary>
/// Particle filtering (Puri et al., arXiv 2502.01618) and entropic particle filtering (arXiv 2510.05825): <paramref name="width"/> chains
/// that all take one step in each wave. After each step the chains that are still open are resampled: each place of the next level goes to
/// an open node by lot, with probabilities in proportion to the odds of its score (<see cref="ParticleDeal"/>). A node may get several
/// children or none. So it is REBASE with another allocation: odds in place of exp(R / T_b), and a draw in place of a rounding.
/// <para>
/// A node that ended is absorbed: it keeps its place and is not resampled, so exactly N solutions end. In its_hub, the authors' code, an
/// ended particle may be copied or dropped at a later step. The draw comes from the search's own stream at the level's depth, so a resumed
/// search draws the same.
/// </para>
/// </summary>
/// <param name="width">N: the number of particles, and how many solutions end.</param>
/// <param name="annealed">Whether early levels whose weights lie on few particles are dealt more evenly (entropic filtering).</param>
/// <param name="maxDepth">T of the annealing: the most steps of a solution.</param>
sealed class ParticleSearch(int width, bool annealed, int maxDepth) : ISearchStrategy
{
    public bool NeedsReward => true;

    public int Breadth => width;

    public IReadOnlyList<PlannedStep> NextWave(SearchTree tree)
    {
        if (tree.Nodes.Count == 0) return Level.Children(tree, 0, width);

        var open = Level.Open(tree);
        if (open.Length == 0) return [];
        var scores = Array.ConvertAll(open, node => node.Score ?? double.NaN);
        var depth = open[0].Depth;
        var temperature = annealed ? ParticleDeal.Temperature(scores, depth, maxDepth) : 1;
        // Each wave fills all places, so a place is left for each step that did not end.
        var draw = tree.Random.Level(depth).NextDouble(0);
        return Level.Children(tree, open, ParticleDeal.Systematic(scores, open.Length, temperature, draw));
    }

    public int MostFurtherCandidates(SearchTree tree) => Level.Places(tree, width);
}
