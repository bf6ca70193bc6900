namespace RebaseBatch.Edge.Intake.ServiceBus;

/// <summary>The client library throws at a message before it shows anything of it, not even its number.</summary>
sealed class UnreadableMessageException(string sentence, Exception inner) : IOException(sentence, inner);
