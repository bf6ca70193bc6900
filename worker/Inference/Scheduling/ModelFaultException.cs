namespace RebaseBatch.Inference.Scheduling;

/// <summary>The model could not serve one request; only that request's problem fails.</summary>
sealed class ModelFaultException(string message) : Exception(message);
