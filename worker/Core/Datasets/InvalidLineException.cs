namespace RebaseBatch.Core.Datasets;

/// <summary>Ends the reading of one line; <see cref="Exception.Message"/> is the reason of its <see cref="InvalidLine"/>.</summary>
sealed class InvalidLineException(string reason) : Exception(reason);
