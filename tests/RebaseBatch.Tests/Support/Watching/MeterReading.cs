using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace RebaseBatch.Tests.Support.Watching;

/// <summary>Listens to the instruments of one meter.</summary>
sealed class MeterReading : IDisposable
{
    readonly MeterListener _listener = new();
    readonly ConcurrentQueue<Reading> _recorded = new();
    readonly ConcurrentDictionary<string, Instrument> _instruments = new();

    internal sealed record Reading(string Name, double Value, IReadOnlyDictionary<string, object?> Tags)
    {
        public string? Tag(string name) => Tags.GetValueOrDefault(name) as string;
    }

    public MeterReading(Meter meter)
    {
        _listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter != meter) return;
            _instruments[instrument.Name] = instrument;
            self.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>The instruments by name.</summary>
    public IReadOnlyDictionary<string, Instrument> Instruments => _instruments;

    /// <summary>What was recorded since the last call, and what is observed now.</summary>
    public List<Reading> Take()
    {
        _listener.RecordObservableInstruments();
        return TakeRecorded();
    }

    /// <summary>What was recorded since the last call; observes nothing.</summary>
    public List<Reading> TakeRecorded()
    {
        List<Reading> taken = [];
        while (_recorded.TryDequeue(out var reading)) taken.Add(reading);
        return taken;
    }

    public void Dispose() => _listener.Dispose();

    void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _recorded.Enqueue(new(instrument.Name, value, new Dictionary<string, object?>(tags.ToArray())));
}
