using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using RebaseBatch.Contracts;
using RebaseBatch.Core.Searching;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Inference.Remote;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Solving;
using Xunit;
using ModelServer = RebaseBatch.Tests.Support.RemoteModels.ModelServer;

namespace RebaseBatch.Tests.Inference.Remote;

/// <summary>A whole search on a server that goes away in the middle and comes back.</summary>
public sealed class LostServersTests
{
    const string Policy = "tiny-math-policy-s";

    // Its solutions have three steps.
    const string Question = "Ruth has 56 books. She splits the books into 7 equal piles and keeps one pile. Then she finds 88 more books. "
        + "Then she gives Max 10 books. How many books does she have left?";

    static readonly JobSpec s_spec = new()
    {
        Policy = Policy, Strategy = SearchStrategy.Sampling, Voting = VotingMethod.Majority, Width = 8, Temperature = 1,
    };

    [Fact]
    public async Task A_search_whose_servers_are_all_lost_goes_on_later_from_its_steps()
    {
        var (options, time) = (new ModelServerOptions(RemoteKind.Vllm, Policy) { Port = FreePort.Take() }, new TimerTime());
        var server = await ModelServer.StartAsync(options);
        var profile = new ModelCatalog(new Dictionary<string, ModelOptions>()).Resolve(Policy) with
        {
            Remote = RemotePools.Model(RemoteKind.Vllm, server.Address) with { Model = Policy },
        };
        var pool = new EndpointPool(
            profile.Remote!, Policy, isReward: false, RemoteConnections.Client(), time, NullLogger.Instance);
        var (sampler, identity, _) = await RemoteLoad.PolicyAsync(profile, Models.PolicyS, pool, default);
        using var owned = sampler;
        var environment = SampleEnvironment.Of("");
        using var lease = new ModelLease(new(identity, profile.Prompt, sampler, environment.Policy), null, () => { })
        {
            Environment = environment,
        };
        var stored = new ConcurrentDictionary<int, SearchNode>();
        var (some, taken) = (new TaskCompletionSource(), 0);
        using var gone = new ManualResetEventSlim();
        // On a thread of its own: when the first steps are there before the search waits for them, it would take this one and keep it.
        var search = Task.Run(() => SearchAsync(node =>
        {
            stored[node.No] = node;
            if (Interlocked.Increment(ref taken) != 4) return;
            some.SetResult();
            // The level waits for this step, so the search can't end before the server has gone.
            gone.Wait();
        }));
        await some.Task;
        await server.DisposeAsync();
        gone.Set();

        await UntilAsync(() => search.IsCompleted);
        var lack = await Assert.ThrowsAsync<MachineFaultException>(() => search);
        // So the batch goes back uncounted, and this worker leaves work of this policy alone for a while.
        Assert.Same(lack, MachineFaults.Of(lack));
        Assert.Equal((Policy, false), (lack.Model, lack.IsReward));

        await using var again = await ModelServer.StartAsync(options);
        await UntilAsync(() => sampler.IsAlive);
        var before = stored.ToDictionary();
        var fresh = new ConcurrentBag<int>();
        var outcome = await SearchAsync(node => fresh.Add(node.No));
        Assert.Empty(before.Keys.Intersect(fresh));
        Assert.All(before.Values, node => Assert.Equal(node.Tokens, outcome.Tree[node.No].Tokens));
        Assert.Equal(8, Enumerable.Range(1, before.Count + fresh.Count).Count(no => outcome.Tree[no].State != NodeState.Open));

        Task<SearchOutcome> SearchAsync(Action<SearchNode> finished) => new SearchRunner(s_spec, lease, TimeProvider.System, finished)
            .RunAsync(new(1, 0, new("id", "id", Question, null), [.. stored.Values], 0), default);

        Task UntilAsync(Func<bool> condition) => Eventually.TrueAsync(() =>
        {
            if (condition()) return true;
            time.Pass(TimeSpan.FromSeconds(0.2));
            return false;
        });
    }
}
