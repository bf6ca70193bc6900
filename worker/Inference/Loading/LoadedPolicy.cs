using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Scheduling;
using RebaseBatch.Inference.Steps;

namespace RebaseBatch.Inference.Loading;

/// <summary>A policy ready to sample.</summary>
sealed record LoadedPolicy(ModelIdentity Identity, PromptPreset Prompt, StepSampler Sampler) : ILoadedModel
{
    public ModelRole Role => ModelRole.Policy;
    public EngineStatistics Statistics => Sampler.Statistics;
    public bool IsAlive => Sampler.IsAlive;

    public void Dispose()
    {
        Sampler.Dispose();
        Sampler.Model.Dispose();
    }
}
