using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Rewards;

namespace RebaseBatch.Inference;

/// <summary>A reward model ready to score.</summary>
sealed record LoadedReward(ModelIdentity Identity, StepScorer Scorer) : ILoadedModel
{
    public bool IsAlive => Scorer.IsAlive;

    public void Dispose()
    {
        Scorer.Dispose();
        Scorer.Model.Dispose();
    }
}
