namespace RebaseBatch.Durable.Results;

/// <summary>A result file was to be written whose name is taken by other content.</summary>
sealed class BlobConflictException(string address) : Exception(
    $"the result file '{address}' exists with other content, so it was left as it is: move it away if it is none of this database's results");
