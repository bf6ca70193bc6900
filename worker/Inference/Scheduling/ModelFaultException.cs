namespace RebaseBatch.Inference.Scheduling;

/// <summary>The model could not serve one request; it fails that request's problem and nothing else.</summary>
sealed class ModelFaultException(string message) : Exception(message);
