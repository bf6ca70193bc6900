namespace RebaseBatch.Edge.Intake;

/// <summary>Where jobs come from, apart from <c>jobs enqueue</c>.</summary>
enum IntakeKind
{
    /// <summary>From nowhere else.</summary>
    None,

    /// <summary>From a queue of Azure Service Bus, in builds with <c>-p:RebaseAdapters=servicebus</c>.</summary>
    ServiceBus,
}
