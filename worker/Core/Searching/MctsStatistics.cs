namespace RebaseBatch.Core.Searching;

/// <summary>
/// N, Q and the open leaves of every node of a tree, after all rewards have been backed up: each node's reward counts once for itself
/// and once for each node above it. Q of a node is the running mean of all rewards backed up through it. The mean does not depend on their
/// order, so one pass over the tree, children before parents, gives the same as a replay.
/// </summary>
sealed class MctsStatistics
{
    readonly int[] _visits, _firstChild, _nextSibling, _depths;
    readonly double[] _sums;
    readonly bool[] _open;

    public MctsStatistics(SearchTree tree)
    {
        var size = tree.NextNo;
        (_visits, _firstChild, _nextSibling, _depths, _sums, _open) =
            (new int[size], new int[size], new int[size], new int[size], new double[size], new bool[size]);
        var (answerDepths, deepest) = (0, 0);
        for (var no = size - 1; no > 0; no--) // a child's number is above its parent's
        {
            var node = tree[no];
            _visits[no]++;
            _sums[no] += ScoreOf(node);
            _depths[no] += node.Depth;
            deepest = Math.Max(deepest, node.Depth);
            _open[no] |= node.State == NodeState.Open && !IsExpanded(no);
            if (node.State == NodeState.Finished) (Finished, answerDepths) = (Finished + 1, answerDepths + node.Depth);

            var parent = node.ParentNo;
            if (!IsExpanded(parent)) Expansions++;
            (_nextSibling[no], _firstChild[parent]) = (_firstChild[parent], no);
            _visits[parent] += _visits[no];
            _sums[parent] += _sums[no];
            _depths[parent] += _depths[no];
            _open[parent] |= _open[no];
        }
        AnswerDepth = Finished > 0 ? (double)answerDepths / Finished : deepest;
    }

    /// <summary>
    /// The reward of a step. One that the reward model could not read counts as 0, as in the votes: it must not attract the search.
    /// </summary>
    public static double ScoreOf(SearchNode node) => node.Score is { } score && double.IsFinite(score) ? score : 0;

    /// <summary>Nodes with children, the root included.</summary>
    public int Expansions { get; }

    public int Finished { get; }

    public bool IsExpanded(int no) => _firstChild[no] != 0;

    /// <summary>Whether the node or one under it is open and without children.</summary>
    public bool HasOpen(int no) => _open[no];

    /// <summary>N: the number of rewards of the node and of all nodes under it; the root has no reward.</summary>
    public int Visits(int no) => _visits[no];

    /// <summary>Q: the mean of those rewards.</summary>
    public double Value(int no) => _sums[no] / _visits[no];

    /// <summary>The mean depth of the node and of all nodes under it; not of the root.</summary>
    public double MeanDepth(int no) => (double)_depths[no] / _visits[no];

    /// <summary>The mean depth of the finished solutions; if there are none, the depth of the deepest step.</summary>
    public double AnswerDepth { get; }

    /// <summary>In order of birth.</summary>
    public IEnumerable<int> Children(int no)
    {
        for (var child = _firstChild[no]; child != 0; child = _nextSibling[child]) yield return child;
    }
}
