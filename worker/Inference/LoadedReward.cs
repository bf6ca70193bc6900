using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Rewards;

namespace RebaseBatch.Inference;

/// <summary>A reward model ready to score.</summary>
sealed record LoadedReward(ModelIdentity Identity, StepScorer Scorer) : IDisposable
{
    public void Dispose()
    {
        Scorer.Dispose();
        Scorer.Model.Dispose();
    }
}
