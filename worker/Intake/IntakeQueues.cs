using RebaseBatch.Errors;

namespace RebaseBatch.Intake;

/// <summary>The queues of this build.</summary>
static partial class IntakeQueues
{
    /// <param name="options">Of a kind that is not None.</param>
    /// <exception cref="UserException">BadInput: this build does not have the configured one.</exception>
    public static IIntakeQueue Create(IntakeOptions options)
    {
        IIntakeQueue? queue = null;
        AddServiceBus(options, ref queue);
        return queue ?? throw new UserException(ExitCode.BadInput,
            $"Rebase:Intake:Kind is {options.Kind}, and this build has no such queue: build with -p:RebaseAdapters=servicebus, or leave it unset");
    }

    /// <summary>Has a body in builds with -p:RebaseAdapters=servicebus only; the call vanishes from others.</summary>
    static partial void AddServiceBus(IntakeOptions options, ref IIntakeQueue? queue);
}
