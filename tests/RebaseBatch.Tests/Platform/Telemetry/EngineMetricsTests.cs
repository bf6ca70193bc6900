using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using RebaseBatch.Core.Searching;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Inference.Steps;
using Xunit;

namespace RebaseBatch.Tests.Platform.Telemetry;

public sealed class EngineMetricsTests : IDisposable
{
    readonly CancellationToken _ct = TestContext.Current.CancellationToken;
    readonly Meter _meter = new("test");

    public void Dispose() => _meter.Dispose();

    [Fact]
    public void Each_loaded_model_is_measured_under_its_name_and_role()
    {
        FakeModel policy = new("writer", ModelRole.Policy), reward = new("judge", ModelRole.Reward);
        policy.Statistics = new()
        {
            Decodes = 10, Tokens = 300, BatchCapacity = 640, Sequences = 160, Reencoded = 20, Evictions = 3, Preemptions = 2,
            Busy = TimeSpan.FromSeconds(1.5), Load = new(Cells: 4096, CellsUsed: 700, Waiting: 5),
        };
        _ = new EngineMetrics(_meter, () => [policy, reward]);

        var seen = Observe();

        Assert.Equal(
            [
                ("rebasebatch.cache.evictions", 3), ("rebasebatch.cache.limit", 4096), ("rebasebatch.cache.preemptions", 2),
                ("rebasebatch.cache.used", 700), ("rebasebatch.decode.branches", 160), ("rebasebatch.decode.busy", 1.5),
                ("rebasebatch.decode.calls", 10), ("rebasebatch.decode.capacity", 640), ("rebasebatch.decode.reencoded", 20),
                ("rebasebatch.requests.waiting", 5), ("rebasebatch.tokens", 300),
            ],
            seen.Where(m => m is { Model: "writer", Role: "policy" }).Select(m => (m.Name, m.Value)).Order());
        Assert.Equal(11, seen.Count(m => m is { Model: "judge", Role: "reward", Value: 0 }));
    }

    [Fact]
    public void Two_files_of_one_name_are_one_series()
    {
        FakeModel one = new("same", ModelRole.Policy) { Statistics = new() { Tokens = 1 } }, other = new("same", ModelRole.Policy)
        {
            Statistics = new() { Tokens = 2 },
        };
        _ = new EngineMetrics(_meter, () => [one, other]);
        Assert.Equal(3, Assert.Single(Observe(), m => m.Name == "rebasebatch.tokens").Value);
    }

    [Fact]
    public async Task A_model_is_measured_from_its_loading_until_it_is_unloaded()
    {
        var options = new InferenceOptions { PolicyThreads = 1, RewardThreads = 1, MaxLoadedModels = 1 };
        await using var pool =
            new ModelPool(new(new Dictionary<string, ModelOptions>()), new(options, NullLoggerFactory.Instance), options);
        _ = new EngineMetrics(_meter, () => pool.Loaded);
        Assert.Empty(Observe());

        using (var lease = await pool.AcquireAsync("tiny-math-policy-s", null, _ct))
        {
            await lease.Policy.Sampler.Sample(new()
            {
                Search = 1, Prefix = lease.Policy.Prompt.Encode(lease.Policy.Sampler.Model, "1 + 1 = ?"), Depth = 1,
                Boundary = StepBoundary.Line, Temperature = 1, MaxTokens = 20, Children = [(1, RandomStream.ForSearch(1, 1))],
            }, _ct)[0];
            var tokens = Assert.Single(Observe(), m => m.Name == "rebasebatch.tokens");
            Assert.Equal(("tiny-math-policy-s", "policy"), (tokens.Model, tokens.Role));
            Assert.Equal(lease.Policy.Sampler.Statistics.Tokens, tokens.Value);
            Assert.True(Assert.Single(Observe(), m => m.Name == "rebasebatch.cache.used").Value > 0);
        }

        using var other = await pool.AcquireAsync("tiny-math-policy-m", null, _ct);
        Assert.Equal("tiny-math-policy-m", Assert.Single(Observe(), m => m.Name == "rebasebatch.tokens").Model);
    }

    List<(string Name, string Model, string Role, double Value)> Observe()
    {
        using var reading = new MeterReading(_meter);
        return [.. reading.Take().Select(read => (read.Name, read.Tag("model")!, read.Tag("role")!, read.Value))];
    }
}
