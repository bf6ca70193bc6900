using Azure.Core.Amqp;
using Azure.Messaging.ServiceBus;
using Azure.Messaging.ServiceBus.Administration;
using RebaseBatch.Edge.Intake;
using RebaseBatch.Edge.Intake.ServiceBus;
using Xunit;

namespace RebaseBatch.Tests.Edge.Intake;

/// <summary>
/// The adapter and the real SDK over the wire: to the tests' own broker, or to the namespace that REBASE_TESTS_SERVICE_BUS names (a
/// connection string with the right Manage, or the emulator's). Each test has a queue of its own, and deletes it. Where queues are managed
/// at another address than AMQP's, as at the emulator (ports 5300 and 5672), REBASE_TESTS_SERVICE_BUS_ADMINISTRATION has that one's.
/// </summary>
public sealed class ServiceBusQueueTests(ServiceBusBroker broker) : IntakeQueueConformance, IClassFixture<ServiceBusBroker>, IAsyncLifetime
{
    static readonly TimeSpan s_lock = TimeSpan.FromSeconds(5);

    BrokerEntity? _there;
    ServiceBusAdministrationClient? _administration;
    IntakeOptions? _options;
    ServiceBusQueue? _queue;
    ServiceBusDeadLetters? _letters;

    private protected override IIntakeQueue Queue => _queue!;

    private protected override IDeadLetters Letters => _letters!;

    public async ValueTask InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable("REBASE_TESTS_SERVICE_BUS") is { Length: > 0 } connection)
        {
            _options = new() { Kind = IntakeKind.ServiceBus, ConnectionString = connection, Queue = $"test-{Guid.NewGuid():N}" };
            var other = Environment.GetEnvironmentVariable("REBASE_TESTS_SERVICE_BUS_ADMINISTRATION");
            _administration = new(string.IsNullOrEmpty(other) ? connection : other);
            await _administration.CreateQueueAsync(
                new CreateQueueOptions(_options.Queue) { LockDuration = s_lock, RequiresDuplicateDetection = true }, Ct);
        }
        else
        {
            _there = broker.Add();
            _options = broker.Intake(_there);
        }
        (_queue, _letters) = (new(_options), new(_options));
    }

    public async ValueTask DisposeAsync()
    {
        if (_queue is not null) await _queue.DisposeAsync();
        if (_letters is not null) await _letters.DisposeAsync();
        if (_administration is not null) await _administration.DeleteQueueAsync(_options!.Queue);
        if (_there is not null) broker.Remove(_there);
    }

    private protected override async Task SendValueAsync(string id, object? value)
    {
        if (_there is not null)
        {
            if (value is Dictionary<string, object> map) value = Of(map);
            var raw = new Amqp.Message { BodySection = value is null ? null : new Amqp.Framing.AmqpValue { Value = value } };
            raw.Properties = new() { MessageId = id };
            _there.Send(raw);
            return;
        }
        await using var client = new ServiceBusClient(_options!.ConnectionString);
        var message = value is null ? new ServiceBusMessage() : new(new AmqpAnnotatedMessage(AmqpMessageBody.FromValue(value)));
        message.MessageId = id;
        await client.CreateSender(_options.Queue).SendMessageAsync(message, Ct);

        static Amqp.Types.Map Of(Dictionary<string, object> entries)
        {
            var map = new Amqp.Types.Map();
            foreach (var (key, one) in entries) map[key] = one;
            return map;
        }
    }

    private protected override Task LetLocksRunOutAsync()
    {
        // The service has the clock: its locks run out only by waiting.
        if (_there is null) return Task.Delay(s_lock + TimeSpan.FromSeconds(1), Ct);
        _there.LoseLocks();
        _there.DeadLetters!.LoseLocks();
        return Task.CompletedTask;
    }
}
