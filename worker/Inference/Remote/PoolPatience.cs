using Microsoft.Extensions.Logging;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Telemetry;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Inference.Remote;

/// <summary>
/// What requests do while all replicas are away: they wait for one to come back, but not for ever. Afterwards each request fails at once,
/// until a replica is back. Thread-safe.
/// </summary>
/// <param name="name">The model as jobs name it.</param>
/// <param name="reason">Why they are away; null while one is not.</param>
sealed class PoolPatience(string name, bool isReward, Func<string?> reason, TimeProvider time, ILogger log) : IDisposable
{
    /// <summary>
    /// Long enough for a router or a network to come back and for a server to start again without loading weights. A longer absence frees
    /// the worker for other work: the batch goes back uncounted and is tried again later.
    /// </summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    readonly Lock _gate = new();
    TaskCompletionSource _next = New();
    ITimer? _timer;
    string? _lack;
    bool _isDisposed;

    /// <summary>Whether requests fail at once.</summary>
    public bool IsOver => Volatile.Read(ref _lack) is not null;

    /// <summary>A replica has gone away or come back.</summary>
    public void Changed()
    {
        lock (_gate)
        {
            if (_isDisposed) return;
            if (reason() is not null)
            {
                if (_lack is null) _timer ??= time.CreateTimer(_ => GiveUp(), null, Longest, Timeout.InfiniteTimeSpan);
                return;
            }

            _timer?.Dispose();
            (_timer, _lack) = (null, null);
            Wake();
        }
    }

    /// <summary>Returns when a replica may have come back.</summary>
    /// <exception cref="MachineFaultException">None has come back in time.</exception>
    public Task WaitAsync(CancellationToken ct)
    {
        lock (_gate)
        {
            if (reason() is null) return Task.CompletedTask;
            return _lack is null ? _next.Task.WaitAsync(ct) : throw new MachineFaultException(name, _lack) { IsReward = isReward };
        }
    }

    /// <summary>Whoever waits fails: nobody probes the replicas any more.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isDisposed) return;
            _isDisposed = true;
            _timer?.Dispose();
            _timer = null;
            _lack ??= $"the model '{name}' is unloaded while its servers are away";
            Wake();
        }
    }

    void GiveUp()
    {
        lock (_gate)
        {
            if (_timer is null) return;
            if (reason() is not { } last)
            {
                // One has just come back. If it goes away again, the time begins anew.
                _timer.Dispose();
                _timer = null;
                return;
            }

            _lack = $"no server of '{name}' has answered for {HumanText.Seconds(Longest.TotalSeconds)} ({last}): start one, or correct "
                + $"Rebase:Models:{name}:Endpoint";
            log.NoReplica(name, _lack);
            Wake();
        }
    }

    // Those who wait look again, and begin to wait again or fail.
    void Wake()
    {
        _next.SetResult();
        _next = New();
    }

    static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
