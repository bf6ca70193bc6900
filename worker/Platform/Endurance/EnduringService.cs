using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RebaseBatch.Platform.Async;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Platform.Endurance;

/// <summary>
/// A service of the worker that works in rounds and that no exception ends: it logs the fault, counts it, waits and goes on. One statement,
/// one row or one bug must not stop a fleet, because every worker would meet it. What makes a worker useless is checked before its services
/// start.
/// </summary>
/// <param name="name">Name in the log and in the metric's tag <c>service</c>; it never changes.</param>
abstract class EnduringService(string name, TimeProvider time, ServiceFaults faults, ILogger log) : BackgroundService
{
    readonly RepeatedFault _fault = new($"the service {name}", time, log);

    /// <summary>The name in the log and in the metric.</summary>
    public string Name => name;

    protected TimeProvider Time => time;

    protected ILogger Logger => log;

    /// <summary>The waits after faults in a row.</summary>
    protected virtual Backoff Pauses { get; } = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));

    /// <summary>Does what is due now.</summary>
    /// <returns>The wait before the next round.</returns>
    protected abstract Task<TimeSpan> RoundAsync(CancellationToken stop);

    /// <summary>Writes the line of a fault. The base class calls it for the first fault of a kind, and counts the others.</summary>
    protected virtual void Tell(Exception fault) => log.ServiceFailed(name, fault.Message, fault);

    /// <summary>Called once, after the last round: waits for work that goes on beyond a round.</summary>
    protected virtual Task EndAsync() => Task.CompletedTask;

    /// <summary>Logs and counts a fault that a round handles itself.</summary>
    protected void Failed(Exception fault)
    {
        faults.Count(name);
        try
        {
            _fault.Happened(fault, () => Tell(fault));
        }
        catch (Exception)
        {
            // A log that can't be written, such as a closed pipe, must not end the work either.
        }
    }

    /// <summary>A round that handles its faults itself calls this when its work succeeds again.</summary>
    protected void Succeeded()
    {
        try
        {
            _fault.Over();
        }
        catch (Exception)
        {
            // As above.
        }
    }

    /// <summary>Whether a round without an exception has succeeded. False: the round itself calls <see cref="Succeeded"/>.</summary>
    protected virtual bool RoundsSucceed => true;

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await RepeatAsync(stoppingToken);
        }
        finally
        {
            await EndAsync();
        }
    }

    async Task RepeatAsync(CancellationToken stop)
    {
        var failures = 0;
        while (!stop.IsCancellationRequested)
        {
            TimeSpan pause;
            try
            {
                pause = await RoundAsync(stop);
                failures = 0;
                if (RoundsSucceed) Succeeded();
            }
            catch (Exception) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                Failed(e);
                pause = Pauses.After(++failures);
            }

            await Task.Delay(pause, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
