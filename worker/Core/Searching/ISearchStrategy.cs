namespace RebaseBatch.Core.Searching;

/// <summary>
/// A strategy is a pure function from the tree so far to the next wave of steps. It has no state. So an interrupted search resumes by
/// planning the same waves again; the stored nodes fill the first ones.
/// </summary>
interface ISearchStrategy
{
    /// <summary>Whether steps are scored by the reward model.</summary>
    bool NeedsReward { get; }

    /// <summary>The most steps of one wave: how many sequences a search may run at a time.</summary>
    int Breadth { get; }

    /// <summary>
    /// The steps to sample next, numbered from <c>tree.NextNo</c> on without gaps; empty when the search is over.
    /// Called only when every step of the earlier waves is in the tree. The same tree always gives the same wave.
    /// </summary>
    IReadOnlyList<PlannedStep> NextWave(SearchTree tree);

    /// <summary>
    /// Whether scores decide how the steps are continued. If so, a step that can't be scored is not continued.
    /// </summary>
    bool WeighsSteps => NeedsReward;

    /// <summary>The temperature at which the strategy samples.</summary>
    /// <param name="requested">The job's temperature.</param>
    double Temperature(double requested) => requested;

    /// <summary>Numbers of the nodes whose prefixes stay cached while a wave runs: by default the parents of the wave.</summary>
    /// <param name="tree">The tree that the wave was planned on.</param>
    IReadOnlySet<int> StillNeeded(SearchTree tree, IReadOnlyList<PlannedStep> wave) => wave.Select(step => step.ParentNo).ToHashSet();

    /// <summary>
    /// The most solutions that can still finish, whatever the models sample from here on. It may be called whenever <see cref="NextWave"/>
    /// may be called, and it also depends only on the tree.
    /// </summary>
    int MostFurtherCandidates(SearchTree tree);
}
