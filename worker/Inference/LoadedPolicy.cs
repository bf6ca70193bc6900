using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Steps;

namespace RebaseBatch.Inference;

/// <summary>A policy ready to sample.</summary>
sealed record LoadedPolicy(ModelIdentity Identity, PromptPreset Prompt, StepSampler Sampler) : ILoadedModel
{
    public bool IsAlive => Sampler.IsAlive;

    public void Dispose()
    {
        Sampler.Dispose();
        Sampler.Model.Dispose();
    }
}
