using RebaseBatch.Contracts;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Scheduling;
using RebaseBatch.Inference.Steps;

namespace RebaseBatch.Inference.Loading;

/// <summary>A policy ready to sample.</summary>
/// <param name="Environment">How it runs.</param>
sealed record LoadedPolicy(ModelIdentity Identity, PromptPreset Prompt, IStepSampler Sampler, ModelEnvironment Environment) : ILoadedModel
{
    /// <summary>Sequences that it serves well at once.</summary>
    public int Branches { get; init; }

    public ModelRole Role => ModelRole.Policy;
    public EngineStatistics Statistics => Sampler.Statistics;
    public bool IsAlive => Sampler.IsAlive;

    public void Dispose()
    {
        Sampler.Dispose();
        Sampler.Model.Dispose();
    }
}
