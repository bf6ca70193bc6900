namespace RebaseBatch.Durable.Sharing;

/// <summary>A team that shares the queue, as it stands.</summary>
/// <param name="Name">Empty: the jobs without a team.</param>
/// <param name="Weight">It gets this many times the batches of a team of weight 1, while both have work.</param>
/// <param name="MostRunning">The most of its batches that run at once; null for no limit.</param>
/// <param name="Running">Batches under a lease.</param>
/// <param name="Waiting">Batches that wait, without paused ones.</param>
sealed record Team(string Name, double Weight, int? MostRunning, int Running, int Waiting);
