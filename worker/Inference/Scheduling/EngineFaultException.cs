namespace RebaseBatch.Inference.Scheduling;

/// <summary>The model or its device no longer works: no request is to blame, and none can be served until it is loaded again.</summary>
sealed class EngineFaultException(string message, Exception? inner = null) : Exception(message, inner);
