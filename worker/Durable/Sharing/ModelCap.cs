namespace RebaseBatch.Durable.Sharing;

/// <summary>The most batches that run at once of jobs with a model.</summary>
/// <param name="Model">The policy or the reward model, as jobs name it.</param>
/// <param name="Running">Batches of such jobs under a lease.</param>
sealed record ModelCap(string Model, int MostRunning, int Running);
