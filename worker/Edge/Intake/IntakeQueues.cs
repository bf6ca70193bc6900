using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Edge.Intake;

/// <summary>The queues of this build.</summary>
static partial class IntakeQueues
{
    /// <param name="kind">Not None.</param>
    /// <exception cref="UserException">BadInput: this build does not have such a queue, or the settings name none.</exception>
    public static IIntakeQueue Create(IntakeKind kind, IntakeOptions options)
    {
        EnsureNamed(kind, options);
        IIntakeQueue? queue = null;
        AddServiceBus(options, ref queue);
        return queue ?? throw Absent(kind);
    }

    /// <summary>The messages that such a queue put aside.</summary>
    /// <inheritdoc cref="Create"/>
    public static IDeadLetters DeadLetters(IntakeKind kind, IntakeOptions options)
    {
        EnsureNamed(kind, options);
        IDeadLetters? letters = null;
        AddServiceBus(options, ref letters);
        return letters ?? throw Absent(kind);
    }

    static void EnsureNamed(IntakeKind kind, IntakeOptions options)
    {
        if (options.AddressFault is { } fault) throw new UserException(ExitCode.BadInput, $"the {kind} queue is not configured: {fault}");
    }

    static UserException Absent(IntakeKind kind) =>
        new(ExitCode.BadInput, $"Rebase:Intake:Kind is {kind}, but this build has no such queue: build with -p:RebaseAdapters=servicebus, "
            + "or leave the setting out");

    /// <summary>Has a body in builds with -p:RebaseAdapters=servicebus only; the call vanishes from others.</summary>
    static partial void AddServiceBus(IntakeOptions options, ref IIntakeQueue? queue);

    /// <inheritdoc cref="AddServiceBus(IntakeOptions, ref IIntakeQueue?)"/>
    static partial void AddServiceBus(IntakeOptions options, ref IDeadLetters? letters);
}
