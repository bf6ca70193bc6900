using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using RebaseBatch.Durable.Checkpoints;
using RebaseBatch.Durable.Metrics;
using RebaseBatch.Edge.Intake;
using RebaseBatch.Evaluation.Notifications;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Platform.Endurance;
using RebaseBatch.Solving;

namespace RebaseBatch.Tests.Platform.Telemetry;

/// <summary>Every instrument that a worker has.</summary>
static class WorkerInstruments
{
    /// <summary>Of each class in the program that takes a meter, so that none can be forgotten here.</summary>
    public static IReadOnlyList<Instrument> All()
    {
        using var meter = new Meter("test");
        using var reading = new MeterReading(meter);
        using var db = NpgsqlDataSource.Create("Host=nowhere");
        _ = new EngineMetrics(meter, () => []);
        _ = new BatchMetrics(meter, new(meter), TimeProvider.System);
        _ = new SearchMetrics(meter, new(TimeProvider.System));
        _ = new CheckpointMetrics(meter);
        _ = new IntakeMetrics(meter);
        _ = new ServiceFaults(meter);
        _ = new NotificationMetrics(meter);
        using var queue = new QueueMetrics(meter, new(db), TimeProvider.System, new(meter), NullLogger<QueueMetrics>.Instance);
        return [.. reading.Instruments.Values];
    }
}
