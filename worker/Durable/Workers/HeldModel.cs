namespace RebaseBatch.Durable.Workers;

/// <summary>A model that a worker has loaded.</summary>
/// <param name="Role">policy or reward.</param>
sealed record HeldModel(string Role, string Model);
