using RebaseBatch.Errors;

namespace RebaseBatch.Intake;

/// <summary>The queues of this build.</summary>
static partial class IntakeQueues
{
    /// <param name="kind">Not None.</param>
    /// <exception cref="UserException">BadInput: this build does not have such a queue, or the settings name none.</exception>
    public static IIntakeQueue Create(IntakeKind kind, IntakeOptions options)
    {
        if (options.AddressFault is { } fault) throw new UserException(ExitCode.BadInput, $"{kind} is asked for: {fault}");
        IIntakeQueue? queue = null;
        AddServiceBus(options, ref queue);
        return queue ?? throw new UserException(ExitCode.BadInput, $"{kind} is asked for, and this build has no such queue: build with -p:RebaseAdapters=servicebus, or leave Rebase:Intake:Kind unset");
    }

    /// <summary>Has a body in builds with -p:RebaseAdapters=servicebus only; the call vanishes from others.</summary>
    static partial void AddServiceBus(IntakeOptions options, ref IIntakeQueue? queue);
}
