namespace RebaseBatch.Core.Datasets;

/// <summary>Leaves the reading of one line; <see cref="Exception.Message"/> is the reason of its <see cref="InvalidLine"/>.</summary>
sealed class InvalidLineException(string reason) : Exception(reason);
