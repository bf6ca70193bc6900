using System.Text.Json.Serialization;

namespace RebaseBatch.Commands.Jobs;

/// <summary>How a job gets to the workers.</summary>
enum EnqueueRoute
{
    /// <summary>Into Postgres.</summary>
    [JsonStringEnumMemberName("database")]
    Database,

    /// <summary>As a message, which a worker makes a job of.</summary>
    [JsonStringEnumMemberName("service_bus")]
    ServiceBus,
}
