using System.Globalization;
using RebaseBatch.Benchmarks.Measuring;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Solving;

namespace RebaseBatch.Benchmarks.Engine;

/// <summary>One turn of all variants at one workload.</summary>
/// <param name="Engine">Variant (b), all problems in flight.</param>
/// <param name="Bare">Variant (a), the same number of tokens.</param>
/// <param name="Naive">Variant (c), compared by sampled tokens.</param>
/// <param name="Alone">Variant (d), compared by sampled tokens.</param>
sealed record EngineRound(TokenWork Engine, Cost Bare, (long Sampled, Cost Cost) Naive, TokenWork Alone)
{
    // A few problems are enough for the slow variants: they are compared by tokens per second.
    const int NaiveProblems = 1, AloneProblems = 4;

    // One sequence at a time: how many there are in all does not change its speed.
    const int NaiveWidth = 4;

    /// <summary>The engine's speed divided by the other variant's, by wall time.</summary>
    public double AgainstBare => Bare.Seconds / Engine.Cost.Seconds;
    public double AgainstNaive => Engine.TokensPerSecond / (Naive.Sampled / Naive.Cost.Seconds);
    public double AgainstAlone => Engine.TokensPerSecond / Alone.TokensPerSecond;

    /// <summary>The same by processor time.</summary>
    public double CpuAgainstBare => Bare.CpuSeconds / Engine.Cost.CpuSeconds;
    public double CpuAgainstNaive => Engine.TokensPerCpuSecond / (Naive.Sampled / Naive.Cost.CpuSeconds);
    public double CpuAgainstAlone => Engine.TokensPerCpuSecond / Alone.TokensPerCpuSecond;

    public static async Task<EngineRound> RunAsync(Workload work, ModelLease models, ModelLoader loader, InferenceOptions options)
    {
        var (policy, reward) = (models.Policy.Sampler.Model, models.Reward!.Scorer.Model);
        var (policyLayout, rewardLayout) = (loader.LayoutOf(policy, options.PolicyThreads), loader.LayoutOf(reward, options.RewardThreads));
        var engine = await SearchRun.RunAsync(work, models, options.MaxBranches);

        Cost bareCost;
        using (var bare = new BareLoop(Contexts(policy, policyLayout), Contexts(reward, rewardLayout)))
        {
            var inFlight =
                Math.Min(SearchSlots.PermitsFor(options.MaxBranches), work.Spec.Width * Math.Min(work.InFlight, work.Questions.Count));
            var sequences = Math.Clamp(inFlight / policyLayout.Contexts, 1, options.MaxBranches);
            var prompt = models.Policy.Prompt.Encode(policy, work.Questions[0]).Length;
            var (solution, step) = work.Spec.MaxStepTokens < 256
                ? (work.Spec.MaxStepTokens * work.Spec.MaxDepth, work.Spec.MaxStepTokens) : (108, 22);
            bareCost = await bare.RunAsync(engine, sequences, work.Spec.Width, prompt, solution, step);
        }

        var alone = await SearchRun.RunAsync(work with { InFlight = 1, Questions = [.. work.Questions.Take(AloneProblems)] }, models,
            options.MaxBranches);
        using var naive = new NaiveRun(policy, reward, loader.ContextOf(policyLayout), loader.ContextOf(rewardLayout));
        return new(engine, bareCost,
            await naive.RunAsync(work.Spec with { Width = Math.Min(work.Spec.Width, NaiveWidth) }, models.Policy.Prompt,
                [.. work.Questions.Take(NaiveProblems)]), alone);

        List<IDecodeContext> Contexts(ILanguageModel model, ContextLayout layout) =>
            [.. Enumerable.Range(0, layout.Contexts).Select(_ => model.CreateContext(loader.ContextOf(layout)))];
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Engine.TokensPerSecond:N0} tokens/s, {Engine.TokensPerCpuSecond:N0} per CPU second; "
        + $"wall b/a {AgainstBare:F2} b/c {AgainstNaive:F2} b/d {AgainstAlone:F2}; "
        + $"CPU b/a {CpuAgainstBare:F2} b/c {CpuAgainstNaive:F2} b/d {CpuAgainstAlone:F2}");
}
