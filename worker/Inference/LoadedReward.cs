using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Engine;
using RebaseBatch.Inference.Rewards;

namespace RebaseBatch.Inference;

/// <summary>A reward model ready to score.</summary>
sealed record LoadedReward(ModelIdentity Identity, StepScorer Scorer) : ILoadedModel
{
    public ModelRole Role => ModelRole.Reward;
    public EngineStatistics Statistics => Scorer.Statistics;
    public bool IsAlive => Scorer.IsAlive;

    public void Dispose()
    {
        Scorer.Dispose();
        Scorer.Model.Dispose();
    }
}
