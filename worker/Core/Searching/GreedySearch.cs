namespace RebaseBatch.Core.Searching;

/// <summary>One unscored chain, one step in each wave, until the solution ends.</summary>
sealed class GreedySearch : ISearchStrategy
{
    public bool NeedsReward => false;

    public int Breadth => 1;

    /// <summary>0: always the likeliest token.</summary>
    public double Temperature(double requested) => 0;

    public IReadOnlyList<PlannedStep> NextWave(SearchTree tree) => tree.Nodes switch
    {
        [] => [new(1, 0, 0)],
        [.., { State: NodeState.Open } last] => [new(tree.NextNo, last.No, 0)],
        _ => [],
    };

    public int MostFurtherCandidates(SearchTree tree) => tree.Nodes is [] or [.., { State: NodeState.Open }] ? 1 : 0;
}
