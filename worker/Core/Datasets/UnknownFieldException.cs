namespace RebaseBatch.Core.Datasets;

/// <summary>The user names a field that no line of the dataset has; the message says which fields the lines have.</summary>
sealed class UnknownFieldException(string message) : Exception(message);
