namespace RebaseBatch.Tests.Support.ServiceBus;

/// <summary>The faults of one queue that are still to come, and how often each has happened. Thread-safe.</summary>
public sealed class BrokerFaults
{
    readonly Lock _gate = new();
    readonly Dictionary<BrokerFault, int> _toCome = [];
    readonly Dictionary<BrokerFault, int> _happened = [];

    /// <summary>The next <paramref name="times"/> steps of this kind go wrong.</summary>
    /// <param name="times"><see cref="int.MaxValue"/> until <see cref="End"/>.</param>
    public void Begin(BrokerFault fault, int times = 1)
    {
        lock (_gate) _toCome[fault] = times;
    }

    public void End(BrokerFault fault) => Begin(fault, 0);

    public int Happened(BrokerFault fault)
    {
        lock (_gate) return _happened.GetValueOrDefault(fault);
    }

    /// <summary>Whether this step goes wrong; then it counts as happened.</summary>
    internal bool Strikes(BrokerFault fault)
    {
        lock (_gate)
        {
            if (_toCome.GetValueOrDefault(fault) is not (> 0 and var left)) return false;
            if (left < int.MaxValue) _toCome[fault] = left - 1;
            _happened[fault] = _happened.GetValueOrDefault(fault) + 1;
            return true;
        }
    }
}
