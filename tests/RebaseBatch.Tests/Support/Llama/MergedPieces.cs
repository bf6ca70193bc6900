namespace RebaseBatch.Tests.Support.Llama;

/// <summary>Byte pair encoding as its paper has it (Sennrich and others, 2016): the slow way, to compare with.</summary>
static class MergedPieces
{
    /// <param name="symbols">The text's letters.</param>
    /// <param name="merges">The most wanted first.</param>
    public static IReadOnlyList<string> Of(IEnumerable<string> symbols, IReadOnlyList<(string Left, string Right)> merges)
    {
        var pieces = symbols.ToList();
        while (true)
        {
            var (best, at) = (int.MaxValue, -1);
            for (var i = 0; i + 1 < pieces.Count; i++)
            {
                var rank = merges.IndexOf((pieces[i], pieces[i + 1]));
                if (rank >= 0 && rank < best) (best, at) = (rank, i);
            }

            if (at < 0) return pieces;
            pieces[at] += pieces[at + 1];
            pieces.RemoveAt(at + 1);
        }
    }

    static int IndexOf(this IReadOnlyList<(string, string)> merges, (string, string) pair)
    {
        for (var i = 0; i < merges.Count; i++)
            if (merges[i] == pair) return i;
        return -1;
    }
}
