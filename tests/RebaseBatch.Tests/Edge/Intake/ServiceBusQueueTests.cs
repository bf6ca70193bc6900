using Azure.Messaging.ServiceBus.Administration;
using RebaseBatch.Edge.Intake;
using RebaseBatch.Edge.Intake.ServiceBus;
using Xunit;

namespace RebaseBatch.Tests.Edge.Intake;

/// <summary>
/// Needs a namespace in REBASE_TESTS_SERVICE_BUS (a connection string with the
/// right Manage, or the emulator's); each test creates its own queue and deletes it.
/// </summary>
public sealed class ServiceBusQueueTests : IntakeQueueConformance, IAsyncLifetime
{
    static readonly TimeSpan s_lock = TimeSpan.FromSeconds(5);

    readonly string _name = $"test-{Guid.NewGuid():N}";
    ServiceBusAdministrationClient? _administration;
    ServiceBusQueue? _queue;
    ServiceBusDeadLetters? _letters;

    private protected override IIntakeQueue Queue => _queue!;

    private protected override IDeadLetters Letters => _letters!;

    public async ValueTask InitializeAsync()
    {
        var connection = Environment.GetEnvironmentVariable("REBASE_TESTS_SERVICE_BUS");
        Assert.SkipWhen(string.IsNullOrEmpty(connection), "REBASE_TESTS_SERVICE_BUS names no Service Bus.");
        _administration = new(connection);
        await _administration.CreateQueueAsync(
            new CreateQueueOptions(_name) { LockDuration = s_lock, RequiresDuplicateDetection = true }, Ct);
        var options = new IntakeOptions { Kind = IntakeKind.ServiceBus, ConnectionString = connection!, Queue = _name };
        (_queue, _letters) = (new(options), new(options));
    }

    public async ValueTask DisposeAsync()
    {
        if (_queue is not null) await _queue.DisposeAsync();
        if (_letters is not null) await _letters.DisposeAsync();
        if (_administration is not null) await _administration.DeleteQueueAsync(_name);
    }

    // The service has the clock: its locks run out only by waiting.
    private protected override Task LetLocksRunOutAsync() => Task.Delay(s_lock + TimeSpan.FromSeconds(1), Ct);
}
