using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Benchmarks.Limit;

/// <summary>The most that a model reads on this machine: steps behind their prefixes, and prompts.</summary>
sealed class ModelLimit
{
    static readonly int[] s_paths = [2, 4, 8, 16], s_policyPaths = [2, 4, 8, 16, 32], s_prompts = [4];

    // A call of more tokens is none of the product's.
    const int MostTokens = 512;

    readonly LayoutSweep _steps, _prompts;

    ModelLimit(LayoutSweep steps, LayoutSweep prompts) => (_steps, _prompts) = (steps, prompts);

    /// <summary>Calls of a policy: a token of each path.</summary>
    public static ModelLimit OfPolicy(ILanguageModel model, ReadShape shape, bool fused, int cores) => new(
        new("policy", model, shape, cores, Layouts(fused, s_policyPaths, paths => [paths])),
        Prompts("prompts", model, shape, fused, cores));

    /// <summary>Calls of a reward model: a step of one path, of all paths or of some.</summary>
    /// <param name="few">Whether only the smallest and the largest calls are tried.</param>
    public static ModelLimit OfReward(ILanguageModel model, ReadShape shape, bool fused, int cores, bool few) => new(
        new("reward model", model, shape, cores, Scoring(shape, fused, few)), Prompts("questions", model, shape, fused, cores));

    /// <summary>Layouts of a reward model's calls.</summary>
    public static IEnumerable<CallLayout> Scoring(ReadShape shape, bool fused, bool few) =>
        Layouts(fused, s_paths, paths => ((int[])[1, 2, 4, 8, 16]).Where(pieces =>
            pieces <= paths && pieces * shape.Piece <= MostTokens && (!few || pieces == paths || pieces == 1 && paths == 16)));

    public async Task<(LayoutRate Steps, LayoutRate Prompts)> MeasureAsync() => (await _steps.BestAsync(), await _prompts.BestAsync());

    static LayoutSweep Prompts(string name, ILanguageModel model, ReadShape shape, bool fused, int cores)
    {
        var whole = shape with { Prompt = 0, Before = 0, Step = shape.Prompt, Piece = shape.Prompt, Width = 1, Siblings = 1 };
        return new(name, model, whole, cores, Layouts(fused, s_prompts, paths => paths * whole.Piece <= MostTokens ? [1, paths] : [1]));
    }

    static IEnumerable<CallLayout> Layouts(bool fused, IEnumerable<int> paths, Func<int, IEnumerable<int>> pieces) =>
        from count in (int[])[1, .. paths]
        from streams in (bool[])[false, true]
        where count > 1 || !streams
        from each in count == 1 ? [1] : pieces(count)
        select new CallLayout(streams, count, each, fused);
}
