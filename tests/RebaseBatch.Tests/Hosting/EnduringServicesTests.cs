using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using RebaseBatch.Durable.Results;
using RebaseBatch.Edge.Intake;
using RebaseBatch.Hosting;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Platform.Endurance;
using RebaseBatch.Platform.Http;
using RebaseBatch.Platform.Postgres;
using RebaseBatch.Platform.Telemetry;
using RebaseBatch.Solving;
using Xunit;

namespace RebaseBatch.Tests.Hosting;

/// <summary>Every service of the worker, on stores that throw what nobody foresaw.</summary>
public sealed class EnduringServicesTests
{
    /// <summary>They have no loop. They may fail at the start, which is a check: a port that is taken, for example.</summary>
    static readonly Type[] s_withoutLoop = [typeof(EngineMetrics), typeof(WebServer), typeof(OtlpExport)];

    readonly CancellationToken _ct = TestContext.Current.CancellationToken;

    public static TheoryData<string> Services => [.. Loops.Select(type => type.Name)];

    static IEnumerable<Type> Hosted => typeof(WorkerHost).Assembly.GetTypes()
        .Where(type => type is { IsAbstract: false, IsClass: true } && type.IsAssignableTo(typeof(IHostedService)));

    static IEnumerable<Type> Loops => Hosted.Except(s_withoutLoop);

    [Fact]
    public void Every_service_with_a_loop_is_built_to_endure()
    {
        Assert.Empty(Loops.Where(type => !type.IsAssignableTo(typeof(EnduringService))).Select(type => type.FullName));
        Assert.True(Loops.Count() >= 9);
    }

    [Fact]
    public void Their_names_in_the_metric_differ()
    {
        using var host = Throwing();
        var names = host.Services.GetServices<IHostedService>().OfType<EnduringService>().Select(service => service.Name).ToList();
        Assert.Equal(names.Distinct(), names);
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task It_goes_on_after_any_exception_and_counts_it(string type)
    {
        using var host = Throwing();
        var services = host.Services;
        using var reading = new MeterReading(services.GetRequiredService<Meter>());
        var service = Assert.IsAssignableFrom<EnduringService>(
            Assert.Single(services.GetServices<IHostedService>(), one => one.GetType().Name == type));
        // The main loop is not running, which would say this.
        services.GetRequiredService<FreeCapacity>().Set(true);
        await service.StartAsync(_ct);

        var faults = 0;
        await Eventually.TrueAsync(() =>
        {
            services.GetRequiredService<TimerTime>().Pass(TimeSpan.FromMinutes(2));
            foreach (var fault in reading.TakeRecorded().Where(one => one.Name == "rebasebatch.service.faults"))
            {
                Assert.Equal(service.Name, fault.Tag("service"));
                faults++;
            }

            return faults >= 3;
        });

        Assert.False(service.ExecuteTask!.IsCompleted);
        await service.StopAsync(_ct);
        Assert.True(service.ExecuteTask.IsCompletedSuccessfully);
    }

    /// <summary>A worker's services on a database that throws an exception that is no fault of a database.</summary>
    static IHost Throwing()
    {
        var options = new RebaseOptions();
        options.Http.Port = FreePort.Take();
        var db = NpgsqlDataSource.Create("Host=nowhere");
        db.Dispose();
        var builder = Host.CreateEmptyApplicationBuilder(new());
        var services = builder.Services.AddWorker(options, new(db, db, db));
        var time = new TimerTime();
        services.AddSingleton(time).AddSingleton<TimeProvider>(time);
        services.AddSingleton<Func<IReadOnlyList<ILoadedModel>>>(() => throw new InvalidOperationException("a model broke"));
        services.AddSingleton<IResultBlobs>(_ => new FolderResultBlobs("nowhere"));
        services.AddHostedService(s => ActivatorUtilities.CreateInstance<PrivateServerWatch>(
            s, (Func<CancellationToken, Task>)(_ => throw new InvalidOperationException("the server broke"))));
        // No build for tests has a queue that the settings could name.
        services.AddSingleton<IIntakeQueue, BrokenQueue>().AddSingleton<IntakeStore>().AddSingleton<MessageIntake>()
            .AddSingleton<IntakeMetrics>().AddSingleton<DatasetSource>((_, _) => throw new InvalidOperationException())
            .AddHostedService(s => ActivatorUtilities.CreateInstance<IntakeWorker>(s, new IntakeOptions()));
        return builder.Build();
    }

    sealed class BrokenQueue : IIntakeQueue
    {
        public string Location => "broken";

        public Task ProbeAsync(CancellationToken ct) => throw new InvalidOperationException("broken");

        public Task<IntakeMessage?> ReceiveAsync(TimeSpan wait, CancellationToken ct) => throw new InvalidOperationException("broken");

        public Task<DateTimeOffset> RenewAsync(IntakeMessage message, CancellationToken ct) => throw new InvalidOperationException();

        public Task CompleteAsync(IntakeMessage message, CancellationToken ct) => throw new InvalidOperationException();

        public Task AbandonAsync(IntakeMessage message, CancellationToken ct) => throw new InvalidOperationException();

        public Task DeadLetterAsync(IntakeMessage message, string reason, string detail, CancellationToken ct) =>
            throw new InvalidOperationException();

        public Task SendAsync(string id, ReadOnlyMemory<byte> body, CancellationToken ct) => throw new InvalidOperationException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
