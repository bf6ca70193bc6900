using System.Diagnostics;

namespace RebaseBatch.Inference.Scheduling;

/// <summary>
/// The threads of a <see cref="ThreadBudget"/> that one engine holds. An engine with one thread keeps it from call to call while it has
/// work, for a slice of time: to hand a core to another engine after each call of a millisecond takes a tenth of the call and empties the
/// core's cache.
/// </summary>
/// <param name="budget">Null lets every call have its own threads.</param>
sealed class ThreadShare(ThreadBudget? budget, EngineOptions options)
{
    /// <summary>
    /// How long an engine keeps its thread while others wait. With the bundled models, 64 problems of width 4 took 4.1 s when it was handed
    /// over after each call, 3.4 s with slices of 2 ms, and 3.0 s with slices of 5 to 20 ms.
    /// </summary>
    static readonly long s_slice = Stopwatch.Frequency / 100;

    int _granted;
    long _since;

    /// <summary>The engine has work from now on.</summary>
    public void Begin() => budget?.Begin();

    /// <summary>The engine has no work for now.</summary>
    public void End()
    {
        Release();
        budget?.End();
    }

    /// <summary>Blocks until the engine has threads for a call.</summary>
    /// <returns>Threads that the call may use.</returns>
    public int Take()
    {
        if (budget is null) return options.ThreadsPerCall;
        if (_granted == 0)
        {
            _granted = budget.Enter(options.ThreadsPerCall, options.MostThreadsPerCall);
            _since = Stopwatch.GetTimestamp();
        }
        else if (_granted < options.MostThreadsPerCall) _granted = budget.Extend(_granted, options.MostThreadsPerCall);

        // llama.cpp's own threads would inherit the core, so calls of several threads are left to the kernel.
        if (_granted == 1) budget.Cores.Settle(this);
        else budget.Cores.Leave(this);
        return _granted;
    }

    /// <summary>The call is over. What follows it on the engine's own thread needs one thread.</summary>
    public void CallEnded()
    {
        if (_granted > 1) Release();
    }

    /// <summary>Gives the threads back at the end of a slice, if another engine waits for them.</summary>
    public void TurnEnded()
    {
        if (_granted > 0 && budget!.Waiting > 0 && Stopwatch.GetTimestamp() - _since >= s_slice) Release();
    }

    void Release()
    {
        if (_granted == 0) return;
        budget!.Cores.Leave(this);
        budget.Leave(_granted);
        _granted = 0;
    }
}
