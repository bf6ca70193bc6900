namespace RebaseBatch.Inference.Scheduling;

/// <summary>
/// The model or its device no longer works. No request is to blame, and none can be served until the model is loaded again.
/// </summary>
sealed class EngineFaultException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The fault that stopped an engine: <paramref name="e"/> itself, if it is one.</summary>
    public static EngineFaultException Of(string engine, Exception e) =>
        e as EngineFaultException ?? new($"the {engine} engine stopped: {e.Message}", e);
}
