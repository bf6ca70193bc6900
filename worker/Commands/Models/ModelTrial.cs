using RebaseBatch.Inference.Catalog;
using RebaseBatch.Solving.Trials;

namespace RebaseBatch.Commands.Models;

/// <summary>What <c>models check --try</c> saw of a policy, of a reward model, or of both together.</summary>
/// <param name="Question">The question that was solved; of a reward model alone the built-in one.</param>
sealed record ModelTrial(
    string Question, ModelProfile? Policy, PolicyTrial? Solution, ModelProfile? Reward, RewardTrial? Judgment, double Temperature = 0,
    long Seed = 0)
{
    public IEnumerable<TrialCheck> Checks => [.. Solution?.Checks ?? [], .. Judgment?.Checks ?? []];
}
