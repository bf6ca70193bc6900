using RebaseBatch.Contracts;

namespace RebaseBatch.Core.Searching;

/// <summary>
/// The directions of a level. By text, two open nodes go in the same direction when each step of the one says the same as the step of the
/// other at its depth (<see cref="StepMeaning"/>). By embedding, they go in more or less the same direction, as the cosine says.
/// </summary>
static class Directions
{
    /// <summary>
    /// DORA's γ for each open node: 1 over the number of the level's nodes in its direction (arXiv 2506.15707, equation 11, for cosines of
    /// 0 and 1). It depends only on the stored texts, so a resumed search deals as before.
    /// </summary>
    /// <param name="open">The level's open nodes.</param>
    /// <param name="scores">
    /// One per open node. A node whose score is not finite gets no children, so it does not count beside others.
    /// </param>
    public static double[] Uniqueness(SearchTree tree, SearchNode[] open, ReadOnlySpan<double> scores, DirectionKey key)
    {
        var directions = new Dictionary<(int Parent, string Step), int>();
        var known = new Dictionary<int, int> { [0] = 0 };
        var scored = false;
        foreach (var score in scores) scored |= double.IsFinite(score);

        var (ofNode, members) = (new int[open.Length], new Dictionary<int, int>());
        for (var i = 0; i < open.Length; i++)
        {
            ofNode[i] = Direction(open[i]);
            if (!scored || double.IsFinite(scores[i])) members[ofNode[i]] = members.GetValueOrDefault(ofNode[i]) + 1;
        }
        return Array.ConvertAll(ofNode, direction => 1.0 / Math.Max(1, members.GetValueOrDefault(direction)));

        int Direction(SearchNode node)
        {
            var direction = 0;
            foreach (var step in tree.Path(node.No))
            {
                if (!known.TryGetValue(step.No, out var found))
                {
                    var place = (direction, StepMeaning.Of(step.Text, key));
                    if (!directions.TryGetValue(place, out found)) directions[place] = found = directions.Count + 1;
                    known[step.No] = found;
                }
                direction = found;
            }
            return direction;
        }
    }

    /// <summary>
    /// DORA's γ for each open node by the embeddings of the whole texts: the node's own share of the softmax over its row of cosines, that
    /// is 1 / Σ_j exp((cos(e_i, e_j) − 1) / T_s) (arXiv 2506.15707, equations 10 and 11). It depends only on the stored vectors.
    /// </summary>
    /// <param name="temperature">T_s, above 0.</param>
    /// <param name="scores">
    /// As above: a node whose score is not finite does not count beside others. A node without a vector is alone.
    /// </param>
    public static double[] Uniqueness(SearchNode[] open, ReadOnlySpan<double> scores, double temperature)
    {
        var scored = false;
        foreach (var score in scores) scored |= double.IsFinite(score);
        var vectors = Array.ConvertAll(open, node => node.Embedding is { } embedding ? UnitVector.Widen(embedding) : null);
        var lengths = Array.ConvertAll(vectors, vector => vector is null ? 0 : UnitVector.Dot(vector, vector));
        var gamma = new double[open.Length];
        for (var i = 0; i < open.Length; i++)
        {
            var sum = 1.0;
            for (var j = 0; j < open.Length; j++)
            {
                if (j == i || (scored && !double.IsFinite(scores[j])) || vectors[i] is not { } one || vectors[j] is not { } other) continue;
                // Rounded to 16 bits, the vectors are not quite of length 1. This way equal ones have a cosine of exactly 1.
                var cosine = UnitVector.Dot(one, other) / Math.Sqrt(lengths[i] * lengths[j]);
                sum += Math.Exp((cosine - 1) / temperature);
            }
            gamma[i] = 1 / sum;
        }
        return gamma;
    }
}
