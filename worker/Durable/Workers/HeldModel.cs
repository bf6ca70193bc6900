namespace RebaseBatch.Durable.Workers;

/// <summary>A model that a worker has loaded.</summary>
/// <param name="Role">policy, reward or embedding.</param>
sealed record HeldModel(string Role, string Model);
