namespace RebaseBatch.Inference.Scheduling;

/// <summary>
/// The model or its device no longer works. No request is to blame, and none can be served until the model is loaded again.
/// </summary>
sealed class EngineFaultException(string message, Exception? inner = null) : Exception(message, inner);
