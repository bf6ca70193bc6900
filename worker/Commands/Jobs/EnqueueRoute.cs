namespace RebaseBatch.Commands.Jobs;

/// <summary>How a job gets to the workers.</summary>
enum EnqueueRoute
{
    /// <summary>Into Postgres.</summary>
    Database,

    /// <summary>As a message, which a worker makes a job of.</summary>
    ServiceBus,
}
