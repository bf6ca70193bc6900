using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Inference.Loading;

/// <summary>A model with its engine, as the pool keeps it.</summary>
interface ILoadedModel : IDisposable
{
    ModelIdentity Identity { get; }

    ModelRole Role { get; }

    EngineStatistics Statistics { get; }

    /// <summary>False once its engine has stopped on a fault.</summary>
    bool IsAlive { get; }
}
