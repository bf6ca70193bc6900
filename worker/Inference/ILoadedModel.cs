namespace RebaseBatch.Inference;

/// <summary>A model with its engine, as the pool keeps it.</summary>
interface ILoadedModel : IDisposable
{
    /// <summary>False once its engine has stopped on a fault.</summary>
    bool IsAlive { get; }
}
