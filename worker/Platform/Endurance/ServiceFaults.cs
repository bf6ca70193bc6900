using System.Diagnostics.Metrics;

namespace RebaseBatch.Platform.Endurance;

/// <summary>Counts the faults that the worker's services survived.</summary>
sealed class ServiceFaults(Meter meter)
{
    readonly Counter<long> _faults = meter.CreateCounter<long>(
        "rebasebatch.service.faults", "{fault}", "Faults that a service of the worker met and survived, by service.");

    public void Count(string service) => _faults.Add(1, new KeyValuePair<string, object?>("service", service));
}
