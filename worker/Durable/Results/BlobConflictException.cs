namespace RebaseBatch.Durable.Results;

/// <summary>The name of a result file is taken by other content.</summary>
sealed class BlobConflictException(string address) : Exception(
    $"the result file '{address}' exists with other content, so it was left as it is: move it away if it is not a result of this database");
