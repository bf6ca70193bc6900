using System.Collections.Concurrent;
using System.Net.Sockets;
using Amqp;
using Amqp.Listener;
using RebaseBatch.Edge.Intake;

namespace RebaseBatch.Tests.Support.ServiceBus;

/// <summary>
/// As much of Azure Service Bus, over plain AMQP 1.0, as Azure.Messaging.ServiceBus needs of a queue: sending, receiving under a lock, the
/// settlements, renewing, peeking, dead letters. Not: sessions, scheduled and deferred messages, topics, transactions, administration. It
/// listens on a free port of the loopback address, for one fixture. Tests give each case a queue of its own.
/// </summary>
public sealed class ServiceBusBroker : IDisposable
{
    /// <summary>How often the broker looks for locks that ran out.</summary>
    static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(100);

    readonly ConcurrentDictionary<string, BrokerEntity> _queues = new(StringComparer.OrdinalIgnoreCase);
    readonly ConcurrentQueue<string> _notes = new();
    readonly ContainerHost _host;
    readonly BrokerGate _gate;
    readonly Timer _ticks;

    public ServiceBusBroker()
    {
        (_host, var port) = Listen();
        _gate = new(port);
        _ticks = new(_ => Tick(), null, s_tick, s_tick);
    }

    /// <summary>The locks' clock. <see cref="Pass"/> moves it.</summary>
    public BrokerClock Clock { get; } = new();

    public int Port => _gate.Port;

    /// <summary>The last part makes the SDK speak AMQP without TLS, at this port.</summary>
    public string ConnectionString =>
        $"Endpoint=sb://127.0.0.1:{Port};SharedAccessKeyName=tests;SharedAccessKey=bm90IGEgc2VjcmV0;UseDevelopmentEmulator=true;";

    /// <summary>What happened so far, a line each, for the message of a failed test.</summary>
    public string Notes => string.Join('\n', _notes);

    /// <param name="name">Null for one that no other queue has.</param>
    public BrokerEntity Add(BrokerQueueOptions? options = null, string? name = null)
    {
        name ??= $"queue-{_queues.Count}-{Guid.NewGuid():N}";
        return _queues[name] = new(name, options ?? new(), Clock);
    }

    public void Remove(BrokerEntity queue)
    {
        _queues.TryRemove(queue.Name, out _);
        queue.Detach(BrokerErrors.NotFound(queue.Name));
    }

    /// <summary>The settings of a program that uses the queue.</summary>
    internal IntakeOptions Intake(BrokerEntity queue) =>
        new() { Kind = IntakeKind.ServiceBus, ConnectionString = ConnectionString, Queue = queue.Name };

    /// <summary>The connections stay open, and nothing is answered, until <see cref="Thaw"/>. Locks run on.</summary>
    public void Freeze() => _gate.Freeze();

    public void Thaw() => _gate.Thaw();

    /// <summary>Cuts the connections that are there; new ones work.</summary>
    public void Cut()
    {
        _gate.Cut();
        Forget();
    }

    /// <summary>As though the broker's process had ended: connections are cut, and new ones are refused. Messages stay.</summary>
    public void Stop()
    {
        _gate.Close();
        Forget();
    }

    /// <summary>Listens again on the same port.</summary>
    public void Start() => _gate.Open();

    /// <summary>Moves the clock ahead, so that locks run out and messages expire without waiting.</summary>
    public void Pass(TimeSpan time)
    {
        Clock.Pass(time);
        Tick();
    }

    public void Dispose()
    {
        _ticks.Dispose();
        _gate.Dispose();
        _host.Close();
    }

    (ContainerHost Host, int Port) Listen()
    {
        for (var attempt = 1; ; attempt++)
        {
            var port = FreePort.Take();
            var host = new ContainerHost(new Address("127.0.0.1", port, null, null, "/", "amqp"));
            var links = new BrokerLinks(Find, note => _notes.Enqueue($"{DateTime.UtcNow:HH:mm:ss.fff} {note}"));
            foreach (var listener in host.Listeners)
            {
                listener.SASL.EnableAnonymousMechanism = true;
                listener.SASL.EnableMechanism(BrokerSasl.Name, new BrokerSasl());
                listener.HandlerFactory = _ => links;
                listener.AMQP.MaxFrameSize = 64 * 1024;
            }
            host.RegisterLinkProcessor(links);
            try
            {
                host.Open();
                return (host, port);
            }
            catch (SocketException) when (attempt < 5)
            {
                // Another program took the port since.
            }
        }
    }

    BrokerEntity? Find(string address)
    {
        if (!address.EndsWith(BrokerEntity.DeadLetterSuffix, StringComparison.OrdinalIgnoreCase)) return _queues.GetValueOrDefault(address);
        return _queues.GetValueOrDefault(address[..^BrokerEntity.DeadLetterSuffix.Length])?.DeadLetters;
    }

    /// <summary>The links of cut connections. The library notices only later that they are gone.</summary>
    void Forget()
    {
        foreach (var queue in _queues.Values) queue.Cut();
    }

    void Tick()
    {
        foreach (var queue in _queues.Values)
        {
            queue.Tick();
            queue.DeadLetters!.Tick();
        }
    }
}
