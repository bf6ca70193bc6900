using RebaseBatch.Edge.Intake;

namespace RebaseBatch.Tests.Edge.Intake;

/// <summary>The queue that the intake's other tests rely on passes the suite that Service Bus is held to.</summary>
[Fast]
public sealed class MemoryIntakeQueueTests : IntakeQueueConformance
{
    readonly MemoryIntakeQueue _queue = new(TimeProvider.System, TimeSpan.FromMinutes(1));

    private protected override IIntakeQueue Queue => _queue;

    private protected override IDeadLetters Letters => _queue;

    private protected override Task SendValueAsync(string id, object? value)
    {
        _queue.SendValue(id, value);
        return Task.CompletedTask;
    }

    private protected override Task LetLocksRunOutAsync()
    {
        _queue.LoseLocks();
        return Task.CompletedTask;
    }
}
