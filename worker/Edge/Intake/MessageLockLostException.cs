namespace RebaseBatch.Edge.Intake;

/// <summary>The lock of a message ran out, or its link was detached: the queue delivers it again to the next receiver.</summary>
sealed class MessageLockLostException(string id, Exception? inner = null) : Exception($"the lock of message '{id}' is lost", inner);
