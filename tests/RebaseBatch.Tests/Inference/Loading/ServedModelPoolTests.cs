using Microsoft.Extensions.Logging.Abstractions;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Solving;
using RebaseBatch.Solving.Trials;
using Xunit;

namespace RebaseBatch.Tests.Inference.Loading;

/// <summary>Models on servers beside those of this process.</summary>
public sealed class ServedModelPoolTests : IAsyncLifetime
{
    const string Policy = "tiny-math-policy-s", Reward = "tiny-math-prm";

    readonly RefusedPort _gone = new();
    ModelServer _policy = null!, _reward = null!;

    public async ValueTask InitializeAsync() => (_policy, _reward) =
        (await ModelServer.StartAsync(new(RemoteKind.SGLang, Policy)), await ModelServer.StartAsync(new(RemoteKind.Vllm, Reward)));

    public async ValueTask DisposeAsync()
    {
        _gone.Dispose();
        await _policy.DisposeAsync();
        await _reward.DisposeAsync();
    }

    ModelPool Pool()
    {
        var options = new InferenceOptions { MaxLoadedModels = 1, PolicyThreads = 1, RewardThreads = 1, ContextCells = 512 };
        return new(new(new Dictionary<string, ModelOptions>
        {
            ["p"] = Entry(_policy, "sglang", Policy, concurrency: 3), ["r"] = Entry(_reward, "vllm", Reward, concurrency: 5),
            ["ps"] = Entry(_policy, "sglang", Policy, concurrency: 8, vocabulary: "server"),
            ["rs"] = Entry(_reward, "vllm", Reward, concurrency: 8, vocabulary: "server"),
            ["gone"] = new()
            {
                Endpoint = $"{_gone.Uri}", Kind = "vllm", Parameters = 1e9, Vocabulary = Models.PathOf(Policy),
            },
        }), new(options, NullLoggerFactory.Instance), options);

        static ModelOptions Entry(ModelServer server, string kind, string model, int concurrency, string? vocabulary = null) => new()
        {
            Endpoint = $"{server.Address}", Kind = kind, Parameters = 7e9, Vocabulary = vocabulary ?? Models.PathOf(model),
            MaxConcurrency = concurrency,
        };
    }

    [Fact]
    public async Task They_take_no_place_of_a_model_of_this_process()
    {
        await using var pool = Pool();
        var here = await pool.AcquireAsync("tiny-math-policy-m", null, default);
        here.Dispose();
        var served = await pool.AcquireAsync("p", "r", default);
        served.Dispose();
        Assert.True(here.Policy.IsAlive);
        // A second one of this process takes the first one's place, and the others stay.
        using var other = await pool.AcquireAsync(Policy, null, default);
        Assert.Equal((false, true, true), (here.Policy.IsAlive, served.Policy.IsAlive, served.Reward!.IsAlive));
    }

    [Fact]
    public async Task A_search_over_the_servers_own_vocabularies_is_the_one_over_files()
    {
        await using var pool = Pool();
        using var files = await pool.AcquireAsync("p", "r", default);
        using var servers = await pool.AcquireAsync("ps", "rs", default);
        Assert.Equal(files.Policy.Identity.Sha256, servers.Policy.Identity.Sha256);
        var (expected, actual) = (await GrowAsync(files), await GrowAsync(servers));
        Assert.Equal(expected.Prompt, actual.Prompt);
        Assert.Equal(expected.Steps.Select(step => (step.Text, step.End)), actual.Steps.Select(step => (step.Text, step.End)));
        Assert.All(expected.Steps.Zip(actual.Steps), pair => Assert.Equal(pair.First.Score!.Value, pair.Second.Score!.Value, 0.02));

        // The most probable token each time, so that both draw the same.
        static Task<PolicyTrial> GrowAsync(ModelLease lease) => PolicyTrial.RunAsync(
            lease, new() { Policy = lease.Policy.Identity.Name, Temperature = 0 }, RewardTrial.Question, default);
    }

    [Fact]
    public async Task Each_has_the_identity_parameters_and_environment_that_its_server_states()
    {
        await using var pool = Pool();
        using var lease = await pool.AcquireAsync("p", "r", default);
        Assert.Equal(("p", 7_000_000_000, 3), (lease.Policy.Identity.Name, lease.Policy.Identity.Parameters, lease.Policy.Branches));
        var environment = lease.Environment;
        Assert.Empty(environment.Devices);
        Assert.Equal(("sglang", "1.2.3", Policy, 1), (environment.Policy.Server!.Kind, environment.Policy.Server.Version,
            environment.Policy.Server.Model, environment.Policy.Server.Endpoints));
        Assert.Equal(("vllm", Reward), (environment.Reward!.Server!.Kind, environment.Reward.Server.Model));
        Assert.Equal(lease.Policy.Identity.Sha256, environment.Policy.Sha256);

        // Other weights behind the same name are another model.
        _policy.Identity = _policy.Identity with { Weights = "step-200" };
        await using var later = Pool();
        using var changed = await later.AcquireAsync("p", null, default);
        Assert.NotEqual(lease.Policy.Identity.Sha256, changed.Policy.Identity.Sha256);
        Assert.Contains("step-200", changed.Environment.Policy.Server!.Revision, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_a_lack_of_this_worker()
    {
        await using var pool = Pool();
        var lack = await Assert.ThrowsAsync<MachineFaultException>(() => pool.AcquireAsync("gone", null, default));
        Assert.Equal("gone", lack.Model);
        Assert.Equal(lack.Message, pool.Fault);
    }

    [Fact]
    public async Task Searches_on_servers_are_bounded_by_the_servers_and_the_others_by_this_process()
    {
        await using var pool = Pool();
        using var served = await pool.AcquireAsync("p", "r", default);
        using var plain = await pool.AcquireAsync("p", null, default);
        using var mixed = await pool.AcquireAsync("p", Reward, default);
        using var here = await pool.AcquireAsync(Policy, Reward, default);
        var slots = new PolicySlots(maxBranches: 1, maxSearches: 10);
        Assert.Same(slots.For(served), slots.For(plain));
        // A reward model of this process scores with its engines, whoever samples.
        Assert.Same(slots.For(here), slots.For(mixed));
        Assert.NotSame(slots.For(here), slots.For(served));

        // Two permits here, and twice the three requests that the server takes at once.
        Assert.Equal((2, 6), (await AdmittedAsync(slots.For(here)), await AdmittedAsync(slots.For(served))));

        static async Task<int> AdmittedAsync(SearchSlots slots)
        {
            using var stop = new CancellationTokenSource();
            var waiting = Enumerable.Range(0, 9).Select(_ => slots.EnterAsync(1, stop.Token)).ToList();
            await stop.CancelAsync();
            await Task.WhenAll(waiting).ContinueWith(_ => { }, TaskScheduler.Default);
            return waiting.Count(entered => entered.IsCompletedSuccessfully);
        }
    }
}
