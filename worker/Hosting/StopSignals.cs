using System.Runtime.InteropServices;

namespace RebaseBatch.Hosting;

/// <summary>The first SIGINT or SIGTERM asks for a stop; the second ends the process at once.</summary>
sealed class StopSignals : IDisposable
{
    // One request can arrive as two equal signals: timeout(1) signals its child, and then the child's whole group.
    static readonly TimeSpan s_sameRequest = TimeSpan.FromMilliseconds(200);

    readonly CancellationTokenSource _stop = new();
    readonly Action _endNow;
    readonly PosixSignalRegistration[] _registrations;
    readonly TimeProvider _time;
    readonly Lock _gate = new();
    (PosixSignal Signal, long At)? _first;
    int _held;

    /// <param name="endNow">Called on the second signal.</param>
    public StopSignals(Action endNow, TimeProvider? time = null)
    {
        (_endNow, _time) = (endNow, time ?? TimeProvider.System);
        _registrations =
            [PosixSignalRegistration.Create(PosixSignal.SIGINT, On), PosixSignalRegistration.Create(PosixSignal.SIGTERM, On)];
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>Until the result is disposed of, SIGINT does nothing: Ctrl-C is meant for a program that this one has started.</summary>
    public IDisposable HoldInterrupts()
    {
        Interlocked.Increment(ref _held);
        return new Hold(this);
    }

    void On(PosixSignalContext signal)
    {
        signal.Cancel = true;
        Receive(signal.Signal);
    }

    internal void Receive(PosixSignal signal)
    {
        if (signal is PosixSignal.SIGINT && Volatile.Read(ref _held) > 0) return;
        lock (_gate)
        {
            if (_first is { } first)
            {
                if (signal != first.Signal || _time.GetElapsedTime(first.At) >= s_sameRequest) _endNow();
                return;
            }

            _first = (signal, _time.GetTimestamp());
        }

        // Callbacks of the token can take long, and the handler must be free for the second signal.
        _ = _stop.CancelAsync();
    }

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _stop.Dispose();
    }

    sealed class Hold(StopSignals signals) : IDisposable
    {
        int _isReleased;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isReleased, 1) == 0) Interlocked.Decrement(ref signals._held);
        }
    }
}
