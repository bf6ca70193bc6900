namespace RebaseBatch.Durable.Results;

/// <summary>A column of a view.</summary>
/// <param name="Type">As PostgreSQL writes it, such as <c>double precision</c>.</param>
/// <param name="About">What its values are.</param>
sealed record ViewColumn(string Name, string Type, string About);
