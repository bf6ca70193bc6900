using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Remote;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Inference.Remote;

/// <summary>A replica that was restarted may serve something else under the same name.</summary>
public sealed class ReturnedReplicaTests
{
    const string Policy = "tiny-math-policy-s";

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/models/v2", 512)]
    [InlineData("/models/v1", 256)]
    public async Task A_replica_that_comes_back_as_another_one_gets_no_requests_until_it_is_what_it_was(string root, int context)
    {
        await using var fixture = await PoolFixture.StartAsync(2);
        var serving = ("/models/v1", 512);
        fixture.Answer(Serving("/models/v1", 512));
        fixture.Servers[0].Reply = request => Serving(serving.Item1, serving.Item2)(request);
        var profile = new ModelCatalog(new Dictionary<string, ModelOptions>()).Resolve(Policy) with
        {
            Remote = RemotePools.Model(RemoteKind.Vllm, [.. fixture.Servers.Select(server => server.Uri)]),
        };
        using var sampler = (await RemoteLoad.PolicyAsync(profile, Models.PolicyS, fixture.Pool, Ct)).Sampler;

        var restarted = fixture.Servers[0];
        await restarted.StopAsync();
        for (var search = 0; search < 40; search++) await fixture.SendAsync(search, ct: Ct);
        await Eventually.TrueAsync(() => fixture.Logged(1400) == 1);
        serving = (root, context);
        await restarted.StartAgainAsync();
        var (asked, sampled) = (Asked(), Sampled());
        // When it is asked the third time, it has been found to be another one twice.
        await fixture.UntilAsync(() => Asked() >= asked + 3);
        for (var search = 100; search < 140; search++) await fixture.SendAsync(search, ct: Ct);
        Assert.Equal((sampled, 0), (Sampled(), fixture.Logged(1401)));

        serving = ("/models/v1", 512);
        await fixture.UntilAsync(() => fixture.Logged(1401) == 1);
        await fixture.SendAsync(200, ct: Ct);
        Assert.Equal(sampled + 1, Sampled());

        int Asked() => restarted.Requests.Count(request => request.Path == "/v1/models");
        int Sampled() => restarted.Requests.Count(request => request.Path == "/v1/completions");
    }

    [Theory]
    [InlineData(true)] // it was away at the load
    [InlineData(false)] // it was away for a moment, in which one request failed
    public async Task A_replica_that_was_not_missed_is_asked_too(bool isAwayAtLoad)
    {
        await using var fixture = await PoolFixture.StartAsync(2);
        fixture.Answer(Serving("/models/v1", 512));
        var restarted = fixture.Servers[0];
        if (isAwayAtLoad) await restarted.StopAsync();
        var profile = new ModelCatalog(new Dictionary<string, ModelOptions>()).Resolve(Policy) with
        {
            Remote = RemotePools.Model(RemoteKind.Vllm, [.. fixture.Servers.Select(server => server.Uri)]),
        };
        using var sampler = (await RemoteLoad.PolicyAsync(profile, Models.PolicyS, fixture.Pool, Ct)).Sampler;
        if (!isAwayAtLoad)
        {
            restarted.Reply = request => request.Path == "/v1/completions" ? StubReply.Ok with { IsCut = true } : StubReply.Ok;
            for (var search = 0; search < 2; search++) await fixture.SendAsync(search, ct: Ct);
            Assert.Equal(0, fixture.Logged(1400));
        }

        restarted.Reply = Serving("/models/v2", 512);
        if (isAwayAtLoad) await restarted.StartAgainAsync();
        var sampled = Sampled();
        for (var search = 10; search < 30; search++) await fixture.SendAsync(search, ct: Ct);
        Assert.Equal(sampled, Sampled());

        int Sampled() => restarted.Requests.Count(request => request.Path == "/v1/completions");
    }

    [Theory]
    [InlineData(401)]
    [InlineData(404)]
    public async Task A_replica_that_refuses_what_others_serve_gets_no_requests_until_it_is_what_it_was(int status)
    {
        await using var fixture = await PoolFixture.StartAsync(3);
        fixture.Answer(Serving("/models/v1", 512));
        var profile = new ModelCatalog(new Dictionary<string, ModelOptions>()).Resolve(Policy) with
        {
            Remote = RemotePools.Model(RemoteKind.Vllm, [.. fixture.Servers.Select(server => server.Uri)]),
        };
        using var sampler = (await RemoteLoad.PolicyAsync(profile, Models.PolicyS, fixture.Pool, Ct)).Sampler;

        var refusing = fixture.Servers[0];
        // It still calls itself healthy: that says nothing of keys and models.
        refusing.Reply = _ => new() { Status = status };
        for (var search = 0; search < 40; search++) await fixture.SendAsync(search, ct: Ct);
        await Eventually.TrueAsync(() => fixture.Logged(1400) == 1);
        var (asked, sampled) = (Asked(), Sampled());
        Assert.Equal(2, sampled); // at the load, and the one that it refused
        await fixture.UntilAsync(() => Asked() >= asked + 3);
        for (var search = 100; search < 140; search++) await fixture.SendAsync(search, ct: Ct);
        Assert.Equal((sampled, 0), (Sampled(), fixture.Logged(1401)));

        refusing.Reply = Serving("/models/v1", 512);
        await fixture.UntilAsync(() => fixture.Logged(1401) == 1);
        await fixture.SendAsync(200, ct: Ct);
        Assert.Equal(sampled + 1, Sampled());

        int Asked() => refusing.Requests.Count(request => request.Path == "/v1/models");
        int Sampled() => refusing.Requests.Count(request => request.Path == "/v1/completions");
    }

    [Theory]
    [InlineData(401, "refuses the key")]
    [InlineData(404, "does not know the model")]
    public async Task When_all_replicas_refuse_each_request_says_so_at_once_and_the_first_that_serves_again_is_used(int status, string why)
    {
        await using var fixture = await PoolFixture.StartAsync(3);
        fixture.Answer(_ => new() { Status = status });
        for (var search = 0; search < 5; search++)
        {
            var fault = await Assert.ThrowsAsync<MachineFaultException>(() => fixture.SendAsync(search, ct: Ct));
            Assert.Contains(why, fault.Message, StringComparison.Ordinal);
            Assert.True(fixture.Pool.IsAlive);
        }

        fixture.Answer(_ => StubReply.Ok);
        await fixture.SendAsync(9, ct: Ct);
        await fixture.UntilAsync(() => fixture.Logged(1401) == 2);
    }

    static Func<StubRequest, StubReply> Serving(string root, int context) => request => request.Path switch
    {
        "/v1/models" => new() { Body = $$"""{"data":[{"id":"m","root":"{{root}}","max_model_len":{{context}}}]}""" },
        "/version" => new() { Body = """{"version":"1.0"}""" },
        "/v1/completions" => new() { Body = """{"choices":[{"token_ids":[5],"finish_reason":"length"}]}""" },
        _ => new() { Status = 404 },
    };
}
