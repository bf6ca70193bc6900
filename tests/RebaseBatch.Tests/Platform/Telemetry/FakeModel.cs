using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Tests.Platform.Telemetry;

/// <summary>A loaded model whose figures are set by the test.</summary>
sealed class FakeModel(string name, ModelRole role) : ILoadedModel
{
    public ModelIdentity Identity { get; } = new(name, "", 1);
    public ModelRole Role => role;
    public EngineStatistics Statistics { get; set; }
    public bool IsAlive => true;

    public void Dispose()
    {
    }
}
