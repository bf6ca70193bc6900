namespace RebaseBatch.Tests.Support.ServiceBus;

/// <summary>How a queue behaves. Names and meanings are those of Service Bus.</summary>
public sealed record BrokerQueueOptions
{
    public TimeSpan LockDuration { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>A message that comes back after so many deliveries is a dead letter.</summary>
    public int MaxDeliveryCount { get; init; } = 10;

    /// <summary>How long the queue remembers message ids; null for a queue without duplicate detection.</summary>
    public TimeSpan? DuplicateWindow { get; init; } = TimeSpan.FromMinutes(10);

    public bool RequiresSession { get; init; }

    /// <summary>Bytes of a message with its headers; 256 KB in the Standard tier.</summary>
    public ulong MaxMessageSize { get; init; } = 256 * 1024;

    public bool IsDisabled { get; init; }
}
