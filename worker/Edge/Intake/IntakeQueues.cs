using RebaseBatch.Edge.Intake.ServiceBus;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Edge.Intake;

/// <summary>The queues by their setting.</summary>
static class IntakeQueues
{
    /// <param name="kind">Not None.</param>
    /// <exception cref="UserException">BadInput: the settings name no queue.</exception>
    public static IIntakeQueue Create(IntakeKind kind, IntakeOptions options, QueuePatience patience)
    {
        EnsureNamed(kind, options);
        return new ServiceBusQueue(options, patience);
    }

    /// <summary>The messages that such a queue put aside.</summary>
    /// <inheritdoc cref="Create"/>
    public static IDeadLetters DeadLetters(IntakeKind kind, IntakeOptions options, QueuePatience patience)
    {
        EnsureNamed(kind, options);
        return new ServiceBusDeadLetters(options, patience);
    }

    static void EnsureNamed(IntakeKind kind, IntakeOptions options)
    {
        if (options.AddressFault is { } fault) throw new UserException(ExitCode.BadInput, $"the {kind} queue is not configured: {fault}");
    }
}
