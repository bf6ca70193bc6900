namespace RebaseBatch.Durable.Verification;

/// <summary>One thing that must be true of the tables, as two queries.</summary>
/// <param name="Name">In snake_case; people and programs know the check by it.</param>
/// <param name="Rows">A query that counts the rows that the check looks at.</param>
/// <param name="Faults">
/// A query with a row for each fault and two columns: <c>job_id</c>, and <c>fault</c>, a sentence. <c>@Grace</c> is in seconds.
/// </param>
/// <param name="WayOut">What a person can do about a fault that the program can't repair; null when it can repair all.</param>
sealed record TableCheck(string Name, string Rows, string Faults, string? WayOut = null);
