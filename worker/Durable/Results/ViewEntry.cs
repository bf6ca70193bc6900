namespace RebaseBatch.Durable.Results;

/// <summary>A view over the results.</summary>
/// <param name="About">What a row of it is.</param>
sealed record ViewEntry(string Name, string About);
