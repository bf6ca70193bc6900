using RebaseBatch.Core.Searching;

namespace RebaseBatch.Tests.Core.Searching;

/// <summary>Answers a strategy's waves by hand, with tests reading like the example on paper.</summary>
sealed class PlantedTree(ISearchStrategy strategy)
{
    public SearchTree Tree { get; } = new();

    /// <summary>The next wave as (parent, children) pairs, in order.</summary>
    public IEnumerable<(int Parent, int Children)> Next() =>
        strategy.NextWave(Tree).GroupBy(step => step.ParentNo).Select(family => (family.Key, family.Count()));

    /// <summary>
    /// Adds the next wave: one score per step, negative for one that finishes with the score's absolute value; not a number for an
    /// exhausted one. A step that is not to be scored drops the score.
    /// </summary>
    public PlantedTree Grow(params double[] scores)
    {
        var wave = strategy.NextWave(Tree);
        if (wave.Count != scores.Length) throw new ArgumentException($"{scores.Length} scores for a wave of {wave.Count}", nameof(scores));
        foreach (var (step, score) in wave.Zip(scores))
        {
            Tree.Add(new()
            {
                No = step.No, ParentNo = step.ParentNo, ChildIndex = step.ChildIndex, Depth = Tree.Path(step.ParentNo).Count + 1,
                State = step.Role.StateOf(Planted(score)), Tokens = [], Text = "",
                Score = double.IsNaN(score) || !step.Role.IsScored(Planted(score) is not NodeState.Open) ? null : Math.Abs(score),
            });
        }
        return this;
    }

    static NodeState Planted(double score) =>
        double.IsNaN(score) ? NodeState.Exhausted : score < 0 ? NodeState.Finished : NodeState.Open;
}
