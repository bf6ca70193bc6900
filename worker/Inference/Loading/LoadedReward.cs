using RebaseBatch.Contracts;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Rewards;
using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Inference.Loading;

/// <summary>A reward model ready to score.</summary>
/// <param name="Environment">How it runs.</param>
sealed record LoadedReward(ModelIdentity Identity, IStepScorer Scorer, ModelEnvironment Environment) : ILoadedModel
{
    /// <summary>How it is read, after its file was looked at; null for one that was not loaded from a file.</summary>
    public ModelProfile? Profile { get; init; }

    public ModelRole Role => ModelRole.Reward;
    public EngineStatistics Statistics => Scorer.Statistics;
    public bool IsAlive => Scorer.IsAlive;

    public void Dispose()
    {
        Scorer.Dispose();
        Scorer.Model.Dispose();
    }
}
