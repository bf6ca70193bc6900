using System.Text.Json.Serialization;

namespace RebaseBatch.Commands.Jobs;

/// <summary>How a job gets to the workers.</summary>
enum EnqueueRoute
{
    /// <summary>Into Postgres.</summary>
    [JsonStringEnumMemberName("database")]
    Database,

    /// <summary>As a message, from which a worker makes a job.</summary>
    [JsonStringEnumMemberName("service_bus")]
    ServiceBus,
}
