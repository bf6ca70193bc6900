using RebaseBatch.Contracts;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Inference.Rewards;
using RebaseBatch.Inference.Scheduling;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Solving.Trials;

namespace RebaseBatch.Commands.Models;

/// <summary>Tries models as a worker uses them: the policy solves one question, and the reward model scores its steps.</summary>
/// <param name="sampling">Temperature and seed of the policy.</param>
sealed class TrialRunner(ModelCatalog catalog, ModelLoader loader, JobSpec sampling, string question)
{
    const string BundledReward = "tiny-math-prm";

    /// <param name="models">In the roles in which they are tried.</param>
    /// <param name="reward">The reward model that was named for the policies; null to take a fitting one.</param>
    /// <exception cref="UserException">A model can't be loaded, or can't serve the question at all.</exception>
    public async Task<IReadOnlyList<ModelTrial>> RunAsync(IReadOnlyList<ModelProfile> models, string? reward, CancellationToken ct)
    {
        var (scorers, policies) = (models.Where(IsReward).ToList(), models.Where(model => model.Role is null or ModelRole.Policy).ToList());
        var trials = new List<ModelTrial>();
        foreach (var policy in policies)
        {
            var scorer = reward is not null ? catalog.Resolve(reward, ModelRole.Reward) : scorers.FirstOrDefault() ?? RewardFor(policy);
            trials.Add(await TryAsync(policy, scorer, ct));
        }

        foreach (var scorer in scorers.Where(scorer => trials.All(trial => trial.Reward?.Name != scorer.Name)))
            trials.Add(await TryAsync(null, scorer, ct));
        return trials;
    }

    static bool IsReward(ModelProfile model) => model.Role is ModelRole.Reward;

    /// <summary>The reward model of the catalog that belongs to the policy; null when that is not certain.</summary>
    ModelProfile? RewardFor(ModelProfile policy)
    {
        if (policy.Origin is "bundled") return catalog.Resolve(BundledReward, ModelRole.Reward);
        return catalog.All.Where(model => IsReward(model) && model.Origin is not "bundled").ToList() is [var only] ? only : null;
    }

    async Task<ModelTrial> TryAsync(ModelProfile? policy, ModelProfile? reward, CancellationToken ct)
    {
        LabelWatch? watch = null;
        using var scorer = reward is null ? null : await loader.LoadRewardAsync(reward, ct, convention => watch = new(convention));
        if (policy is null)
            return new(RewardTrial.Question, null, null, scorer!.Profile, await RewardTrial.RunAsync(scorer, watch, question, [], ct));
        var sampler = await loader.LoadPolicyAsync(policy, ct);
        using var pair = new ModelLease(sampler, scorer, sampler.Dispose) { Environment = loader.EnvironmentOf(sampler, scorer) };
        try
        {
            var solution = await PolicyTrial.RunAsync(pair, sampling, question, ct);
            // A step without a score has no place in the reward model's context.
            List<string> judged = [.. solution.Steps.TakeWhile(step => step.Score is not null).Select(step => step.Text)];
            var judgment = scorer is null ? null
                : await RewardTrial.RunAsync(scorer, watch, question, judged.FindAll(text => !string.IsNullOrWhiteSpace(text)), ct);
            return new(question, policy, solution, scorer?.Profile, judgment, sampling.Temperature, sampling.Seed);
        }
        catch (ModelFaultException e)
        {
            throw new UserException(ExitCode.ModelUnusable, $"the policy '{policy.Name}' can't solve the question: {e.Message}", e);
        }
    }
}
