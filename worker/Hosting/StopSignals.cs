using System.Runtime.InteropServices;

namespace RebaseBatch.Hosting;

/// <summary>The first SIGINT or SIGTERM asks for a stop; the second ends the process at once.</summary>
sealed class StopSignals : IDisposable
{
    readonly CancellationTokenSource _stop = new();
    readonly Action _endNow;
    readonly PosixSignalRegistration[] _registrations;
    int _count;

    /// <param name="endNow">Called on the second signal.</param>
    public StopSignals(Action endNow)
    {
        _endNow = endNow;
        _registrations = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM }.Select(signal => PosixSignalRegistration.Create(signal, On))];
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _stop.Token;

    void On(PosixSignalContext signal)
    {
        signal.Cancel = true;
        Receive();
    }

    internal void Receive()
    {
        if (Interlocked.Increment(ref _count) > 1)
        {
            _endNow();
            return;
        }
        // Callbacks of the token may run long, and the second signal must find the handler free.
        _ = _stop.CancelAsync();
    }

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _stop.Dispose();
    }
}
