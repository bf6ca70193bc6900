using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Inference.Llama;

/// <summary>
/// On a GPU, no context is created or freed while another one decodes: crashes were reported where that happened. Decode calls share the
/// gate, so that contexts decode side by side. On a CPU there is no gate.
/// </summary>
sealed class ContextGate : IDisposable
{
    // One for all models of the process: they share the GPUs.
    static readonly ContextGate s_gpu = new();

    readonly ReaderWriterLockSlim _lock = new();

    /// <summary>The gate of a model that is placed so; null when it needs none.</summary>
    public static ContextGate? Of(GpuPlacement placement) => placement.Layers == 0 ? null : s_gpu;

    /// <summary>Contexts that wait to be created or freed.</summary>
    public int Waiting => _lock.WaitingWriteCount;

    /// <summary>Waits until no context is created or freed. The same thread must call <see cref="LeaveDecode"/>.</summary>
    public void EnterDecode() => _lock.EnterReadLock();

    public void LeaveDecode() => _lock.ExitReadLock();

    /// <summary>Creates or frees a context when no other decodes. New decode calls wait meanwhile.</summary>
    public T Alone<T>(Func<T> change)
    {
        _lock.EnterWriteLock();
        try
        {
            return change();
        }
        finally
        {
            _lock.ExitWriteLock();
        }
    }

    public void Dispose() => _lock.Dispose();
}
