namespace RebaseBatch.Edge.Intake;

/// <summary>The lock of a message ran out, or its link was detached: it is delivered again, to whoever asks next.</summary>
sealed class MessageLockLostException(string id, Exception? inner = null) : Exception($"the lock of message '{id}' is lost", inner);
