namespace RebaseBatch.Edge.Intake;

/// <summary>A message that no delivery will ever make a job of; its text says what is wrong, a line for each fault.</summary>
sealed class MalformedMessageException(string faults) : Exception(faults);
