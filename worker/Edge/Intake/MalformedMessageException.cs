namespace RebaseBatch.Edge.Intake;

/// <summary>A message that can never become a job; its text says what is wrong, one line for each fault.</summary>
sealed class MalformedMessageException(string faults) : Exception(faults);
