using RebaseBatch.Inference;

namespace RebaseBatch.Benchmarks.Engine;

/// <summary>One turn of all competitors at one workload.</summary>
/// <param name="Engine">(b), all problems in flight.</param>
/// <param name="AgainstBare">The engine's speed over that of the bare loop (a).</param>
/// <param name="AgainstNaive">Over that of naive code (c), by sampled tokens.</param>
/// <param name="AgainstAlone">Over its own with one problem at a time (d), by sampled tokens.</param>
sealed record EngineRound(TokenWork Engine, double AgainstBare, double AgainstNaive, double AgainstAlone)
{
    // A taste of the slow ones is enough: they are compared by tokens a second.
    const int NaiveProblems = 1, AloneProblems = 4;

    public static async Task<EngineRound> RunAsync(Workload work, ModelLease models, ModelLoader loader, InferenceOptions options)
    {
        var (policy, reward) = (models.Policy.Sampler.Model, models.Reward!.Scorer.Model);
        var (policyContext, rewardContext) = (loader.ContextOf(policy, options.PolicyThreads), loader.ContextOf(reward, options.RewardThreads));
        var engine = await SearchRun.RunAsync(work, models, options.MaxBranches);

        double bareSeconds;
        using (var bare = new BareLoop(policy, reward, policyContext, rewardContext))
        {
            var branches = Math.Min(options.MaxBranches, Math.Max(work.Spec.Width, work.Spec.Width * Math.Min(work.InFlight, work.Questions.Count)));
            var prompt = models.Policy.Prompt.Encode(policy, work.Questions[0]).Length;
            var (solution, step) = work.Spec.MaxStepTokens < 256 ? (work.Spec.MaxStepTokens * work.Spec.MaxDepth, work.Spec.MaxStepTokens) : (108, 22);
            bareSeconds = await bare.RunAsync(engine, branches, work.Spec.Width, prompt, solution, step);
        }

        var alone = await SearchRun.RunAsync(work with { InFlight = 1, Questions = [.. work.Questions.Take(AloneProblems)] }, models, options.MaxBranches);
        using var naive = new NaiveRun(policy, reward, policyContext, rewardContext);
        var (sampled, seconds) = naive.Run(work.Spec, models.Policy.Prompt, work.Questions.Take(NaiveProblems));
        return new(engine, bareSeconds / engine.Seconds, engine.TokensPerSecond / (sampled / seconds), engine.TokensPerSecond / alone.TokensPerSecond);
    }
}
