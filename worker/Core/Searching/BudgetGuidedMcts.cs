namespace RebaseBatch.Core.Searching;

/// <summary>
/// Budget-guided Monte Carlo tree search (BG-MCTS, arXiv 2602.09574): while the budget is fresh it explores and widens shallow nodes, and
/// as the budget runs out it goes to deep nodes, so that solutions end. With u, the spent share of the budget, each expansion goes down
/// from the root. At a node with children it compares the best child,
/// <code>mean over the child and all below it of (R + κ u depth / answer depth) + √c (1 - u) prior √(ln N_parent / N_child)</code>
/// with the value of another child of the node itself,
/// <code>mean of the children's R + λ (1 - u) variance of the children's R</code>
/// and goes on to the child, or stops if the latter is at least as high. The node where it stops gets one more child, or two if it has
/// none. The prior is the softmax of R over siblings, the answer depth the mean depth of the finished solutions, and the depth of the
/// deepest step as long as there are none. c = 2, κ = λ = 1, as in the paper.
/// <para>
/// Everything, u included, is computed from the nodes, so a resumed search plans as before. The budget is that of <see cref="MctsSearch"/>:
/// two steps for each expansion. If the job limits the tokens of a problem, u is the larger of the two shares. The paper's search revises
/// finished answers; here a solution that ended is final, so the search goes to open nodes only, and no more solutions finish than there
/// are expansions. In the authors' code the root counts as visited once, so that its children get no exploration; here N of the root is
/// the number of steps, as in the formula.
/// </para>
/// </summary>
/// <param name="expansions">Half of the steps, and how many solutions may finish: 1 or more.</param>
/// <param name="mostTokens">The most tokens that the job lets the search sample; null for no limit.</param>
sealed class BudgetGuidedMcts(int expansions, long? mostTokens) : ISearchStrategy
{
    const int Children = 2;
    const double Exploration = 2, DepthWeight = 1, VarianceWeight = 1; // c, κ, λ

    // As in MctsSearch: values that are equal by the formula may differ by rounding and by the machine's logarithm.
    const double Slack = 1e-9;

    readonly int _steps = Children * expansions;

    public bool NeedsReward => true;

    public int Breadth => Math.Min(Children, expansions);

    public IReadOnlyList<PlannedStep> NextWave(SearchTree tree)
    {
        var statistics = new MctsStatistics(tree);
        var room = Room(tree, statistics);
        if (room <= 0) return [];

        var at = Select(tree, statistics);
        var children = statistics.Children(at).Count();
        return Level.Children(tree, at, Math.Min(room, children == 0 ? Children : 1), children);
    }

    /// <summary>The question and every open node: the search may come back to any of them.</summary>
    public IReadOnlySet<int> StillNeeded(SearchTree tree, IReadOnlyList<PlannedStep> wave) =>
        tree.Nodes.Where(node => node.State is NodeState.Open).Select(node => node.No).Append(0).ToHashSet();

    public int MostFurtherCandidates(SearchTree tree) => Math.Max(0, Room(tree, new(tree)));

    /// <summary>How many steps may still be sampled, and how many solutions may still finish: the smaller number.</summary>
    int Room(SearchTree tree, MctsStatistics statistics) => Math.Min(_steps - tree.Nodes.Count, expansions - statistics.Finished);

    /// <summary>u: the spent share of the budget, 0 to 1.</summary>
    double Spent(SearchTree tree)
    {
        var spent = (double)tree.Nodes.Count / _steps;
        if (mostTokens is { } most) spent = Math.Max(spent, (double)tree.Nodes.Sum(node => (long)node.Cost.Sampled) / most);
        return Math.Min(1, spent);
    }

    int Select(SearchTree tree, MctsStatistics statistics)
    {
        var (at, spent) = (0, Spent(tree));
        while (statistics.IsExpanded(at))
        {
            int[] children = [.. statistics.Children(at)];
            var scores = Array.ConvertAll(children, child => MctsStatistics.ScoreOf(tree[child]));
            var (best, value) = BestChild(tree, statistics, at, children, scores, spent);
            if (best == 0 || OfAnotherChild(scores, spent) > value - Slack) break;
            at = best;
        }
        return at;
    }

    /// <summary>The open child with the highest value, the first-born of equals; 0 if none is open.</summary>
    static (int Child, double Value) BestChild(
        SearchTree tree, MctsStatistics statistics, int parent, int[] children, double[] scores, double spent)
    {
        var (best, highest) = (0, double.NegativeInfinity);
        var logVisits = Math.Log(statistics.Visits(parent));
        var weights = scores.Sum(Math.Exp); // scores are 0 to 1
        for (var i = 0; i < children.Length; i++)
        {
            var child = children[i];
            if (tree[child].State is not NodeState.Open) continue;
            var value = statistics.Value(child) + DepthWeight * spent * statistics.MeanDepth(child) / statistics.AnswerDepth
                + Math.Sqrt(Exploration) * (1 - spent) * (Math.Exp(scores[i]) / weights) * Math.Sqrt(logVisits / statistics.Visits(child));
            if (value > highest + Slack) (best, highest) = (child, value);
        }
        return (best, highest);
    }

    static double OfAnotherChild(double[] scores, double spent)
    {
        var mean = scores.Average();
        return mean + VarianceWeight * (1 - spent) * scores.Average(score => (score - mean) * (score - mean));
    }
}
