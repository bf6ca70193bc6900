using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Inference.Scheduling;
using Xunit;

namespace RebaseBatch.Tests.Platform.Telemetry;

[Fast]
public sealed class EngineLogTests : IDisposable
{
    readonly CancellationToken _ct = TestContext.Current.CancellationToken;
    readonly TimerTime _time = new();
    readonly Lines _log = new();
    readonly Meter _meter = new("test");
    readonly FakeModel _policy = new("writer", ModelRole.Policy), _reward = new("judge", ModelRole.Reward);

    [Fact]
    public async Task Every_half_a_minute_each_model_that_worked_has_its_line()
    {
        await using var running = await StartAsync();

        _policy.Statistics = new() { Tokens = 153_600, BatchCapacity = 256_000, Evictions = 3, Load = new(16_384, 4_100, 0) };
        Pass();
        await Eventually.TrueAsync(() => _log.Count == 1);

        Assert.Equal((LogLevel.Information, "policy writer: 5,120 tokens/s, batches 60 % full, 4,100 of 16,384 cells, 3 evictions"),
            _log.Last());
    }

    [Fact]
    public async Task A_line_counts_from_the_one_before_and_idle_models_have_none()
    {
        await using var running = await StartAsync();
        _policy.Statistics = new() { Tokens = 3000, BatchCapacity = 3000, Load = new(100, 50, 0) };
        Pass();
        await Eventually.TrueAsync(() => _log.Count == 1);
        Pass();

        _policy.Statistics += new EngineStatistics { Tokens = 300, BatchCapacity = 1000 };
        _reward.Statistics = new() { Tokens = 30, BatchCapacity = 30, Load = new(20, 10, 0) };
        // A tick may have no effect while the one before is still being logged.
        await Eventually.TrueAsync(() =>
        {
            Pass();
            return _log.Count >= 3;
        });

        Assert.Equal(["policy writer", "policy writer", "reward judge"], _log.Select(line => line.Text.Split(':')[0]));
        Assert.Contains("batches 30 % full", _log.ElementAt(1).Text, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _policy.Dispose();
        _reward.Dispose();
        _meter.Dispose();
    }

    void Pass() => _time.Pass(EngineLog.Every);

    async Task<IAsyncDisposable> StartAsync()
    {
        var service = new EngineLog(() => [_policy, _reward], _time, new(_meter), _log);
        await service.StartAsync(_ct);
        await Eventually.TrueAsync(() => _time.Alarms == 1);
        return new Running(service);
    }

    sealed class Running(EngineLog service) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await service.StopAsync(default);
            service.Dispose();
        }
    }

    sealed class Lines : ConcurrentQueue<(LogLevel Level, string Text)>, ILogger<EngineLog>
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;
        public bool IsEnabled(LogLevel logLevel) => true;
        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) => Enqueue((logLevel, formatter(state, exception)));
    }
}
