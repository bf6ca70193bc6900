namespace RebaseBatch.Edge.Intake;

/// <summary>Where jobs come from, apart from <c>jobs enqueue</c>.</summary>
enum IntakeKind
{
    /// <summary>Jobs come only from <c>jobs enqueue</c>.</summary>
    None,

    /// <summary>From a queue of Azure Service Bus.</summary>
    ServiceBus,
}
