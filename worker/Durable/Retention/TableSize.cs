namespace RebaseBatch.Durable.Retention;

/// <summary>What a table holds.</summary>
/// <param name="Kind">nodes, answers, usage, problems, files or jobs (all that is small).</param>
/// <param name="Rows">The server's estimate.</param>
/// <param name="Bytes">With indexes.</param>
sealed record TableSize(string Kind, string Name, long Rows, long Bytes);
