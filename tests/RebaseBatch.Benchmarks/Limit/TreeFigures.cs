using RebaseBatch.Core.Searching;
using RebaseBatch.Inference.Loading;

namespace RebaseBatch.Benchmarks.Limit;

/// <summary>What a search's tree asks of the models, or the sum over several trees.</summary>
/// <param name="Trees">Trees.</param>
/// <param name="Steps">Steps that were sampled.</param>
/// <param name="Parents">Prompts and steps that were continued.</param>
/// <param name="Drawn">Tokens that were drawn.</param>
/// <param name="Pieces">Steps that the reward model must read: equal texts are read once.</param>
/// <param name="Tokens">Tokens that the models must read.</param>
/// <param name="BeforeDrawn">For each drawn token, the tokens of the steps before its own; the sum.</param>
/// <param name="BeforeScored">For each token of a piece, the tokens between the question and the piece; the sum.</param>
sealed record TreeFigures(
    int Trees, long Steps, long Parents, long Drawn, long Pieces, JobTokens Tokens, long BeforeDrawn, long BeforeScored)
{
    public static TreeFigures Of(string question, IReadOnlyCollection<SearchNode> nodes, ModelLease models)
    {
        var (policy, scorer) = (models.Policy, models.Reward!.Scorer);
        var (prompt, asked) = (policy.Prompt.Encode(policy.Sampler.Model, question), scorer.Encode(question, []));
        var (drawn, pieces, scored, beforeDrawn, beforeScored) = (0L, 0L, 0L, 0L, 0L);
        var paths = new Dictionary<int, (int Tokens, IReadOnlyList<string> Texts)> { [0] = (0, []) };
        var read = new TokenTrie();
        read.Add(asked);
        foreach (var node in nodes.OrderBy(node => node.No))
        {
            var (before, texts) = paths[node.ParentNo];
            texts = [.. texts, node.Text];
            paths[node.No] = (before + node.Tokens.Length, texts);
            drawn += node.Cost.Sampled;
            beforeDrawn += (long)node.Cost.Sampled * before;
            if (node.Score is null || read.Add(scorer.Encode(question, texts)) is not { New: > 0 } piece) continue;
            pieces++;
            scored += piece.New;
            beforeScored += (long)piece.New * (piece.Known - asked.Length);
        }

        var parents = nodes.Select(node => node.ParentNo).Distinct().Count();
        // The last draw of a step is read only where the step is continued, and then once for all its children. A prompt has its own count.
        var sampled = drawn - nodes.Count + parents - 1;
        return new(1, nodes.Count, parents, drawn, pieces, new(prompt.Length, sampled, asked.Length, scored), beforeDrawn, beforeScored);
    }

    public static TreeFigures operator +(TreeFigures a, TreeFigures b) => new(a.Trees + b.Trees, a.Steps + b.Steps, a.Parents + b.Parents,
        a.Drawn + b.Drawn, a.Pieces + b.Pieces, a.Tokens + b.Tokens, a.BeforeDrawn + b.BeforeDrawn, a.BeforeScored + b.BeforeScored);

    /// <summary>The policy's calls: a token of each path.</summary>
    public ReadShape Sampling(int width) =>
        new(Mean(Tokens.Prompts, Trees), Mean(BeforeDrawn, Drawn), Mean(Drawn, Steps), 1, width, Mean(Steps, Parents));

    /// <summary>The reward model's calls: a piece of each path.</summary>
    public ReadShape Scoring(int width)
    {
        var piece = Mean(Tokens.Scored, Pieces);
        return new(Mean(Tokens.Questions, Trees), Mean(BeforeScored, Tokens.Scored), piece, piece, width, Mean(Pieces, Parents));
    }

    static int Mean(long sum, long count) => (int)Math.Max(1, Math.Round((double)sum / Math.Max(1, count)));
}
