namespace RebaseBatch.Edge.Intake;

/// <summary>
/// The client library throws at a message before it shows anything of it, not even its number: nobody can settle it. The queue answers, so
/// this says nothing about the messages behind it.
/// </summary>
sealed class UnreadableMessageException(string sentence, Exception inner) : IOException(sentence, inner);
