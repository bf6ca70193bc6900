using RebaseBatch.Inference.Remote;
using RebaseBatch.Inference.Scheduling;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Inference.Remote;

public sealed class EndpointPoolTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_goes_to_its_path_with_the_key_and_the_reply_comes_back()
    {
        await using var fixture = await PoolFixture.StartAsync(1);
        fixture.Answer(_ => StubReply.Ok with { Body = """{"choices":[1]}""" });

        using var reply = await fixture.Pool.SendAsync(1, PoolFixture.Request("x"), Ct);
        using var asked = await fixture.Pool.AskAsync(fixture.Servers[0].Uri, RemoteRequest.Get("/v1/models"), Ct);

        Assert.Equal(1, reply.RootElement.GetProperty("choices")[0].GetInt32());
        Assert.Equal(
            [
                new("POST", "/v1/completions", """{"prompt":"x"}""", $"Bearer {PoolFixture.Key}", "application/json"),
                new StubRequest("GET", "/v1/models", "", $"Bearer {PoolFixture.Key}", null),
            ],
            fixture.Servers[0].Requests);
    }

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task A_request_that_a_replica_does_not_serve_is_served_by_another(int status)
    {
        await using var fixture = await PoolFixture.StartAsync(2);
        var asked = 0;
        fixture.Answer(_ => Interlocked.Increment(ref asked) == 1 ? new() { Status = status } : StubReply.Ok);
        // The clock stands: the second attempt waits for nothing.
        await fixture.SendAsync(1, ct: Ct);
        Assert.Equal([1, 1], fixture.Counts);
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("no JSON")]
    [InlineData("too long")]
    public async Task A_reply_that_is_no_whole_JSON_is_asked_for_elsewhere(string fault)
    {
        await using var fixture = await PoolFixture.StartAsync(2);
        var asked = 0;
        fixture.Answer(_ => Interlocked.Increment(ref asked) > 1 ? StubReply.Ok : fault switch
        {
            "cut" => StubReply.Ok with { IsCut = true },
            "no JSON" => StubReply.Ok with { Body = "<html>" },
            _ => StubReply.Ok with { Body = $"\"{new string('a', RemoteExchange.MostReplyBytes)}\"" },
        });
        await fixture.SendAsync(1, ct: Ct);
        Assert.Equal([1, 1], fixture.Counts);
    }

    [Fact]
    public async Task A_replica_that_does_not_answer_in_time_costs_a_second_attempt_elsewhere()
    {
        await using var fixture = await PoolFixture.StartAsync(2, model => model with { Timeout = TimeSpan.FromSeconds(20) });
        var asked = 0;
        fixture.Answer(_ => Interlocked.Increment(ref asked) > 1 ? StubReply.Ok : StubReply.Never);
        await await fixture.EndedAsync(fixture.SendAsync(1, ct: Ct));
        Assert.Equal([1, 1], fixture.Counts);
        await Eventually.TrueAsync(() => fixture.Servers.Sum(server => server.Aborted) == 1);
    }

    [Fact]
    public async Task A_busy_replica_is_asked_again_after_its_pause_and_then_another_one()
    {
        await using var fixture = await PoolFixture.StartAsync(2);
        fixture.Answer(_ => new() { Status = 429, RetryAfter = "7" });
        var sending = fixture.SendAsync(1, ct: Ct);
        await Eventually.TrueAsync(() => fixture.Counts.Sum() == 1 && fixture.Time.Alarms > 0);
        var own = fixture.Servers.Single(server => server.Requests.Count == 1);
        var other = fixture.Servers.Single(server => server != own);
        other.Reply = _ => StubReply.Ok;
        Assert.False(sending.IsCompleted);

        await fixture.EndedAsync(sending);

        await sending;
        Assert.Equal((2, 1), (own.Requests.Count, other.Requests.Count));
        Assert.InRange(fixture.Time.GetUtcNow() - DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_pause_that_a_server_asks_for_is_never_longer_than_half_a_minute_or_so()
    {
        await using var fixture = await PoolFixture.StartAsync(1);
        var asked = 0;
        fixture.Answer(_ => Interlocked.Increment(ref asked) > 1 ? StubReply.Ok : new() { Status = 429, RetryAfter = "86400" });
        await await fixture.EndedAsync(fixture.SendAsync(1, ct: Ct));
        Assert.InRange(fixture.Time.GetUtcNow() - DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(1));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(413)]
    [InlineData(422)]
    public async Task A_refused_request_fails_alone_with_the_servers_words(int status)
    {
        await using var fixture = await PoolFixture.StartAsync(2);
        fixture.Answer(request => request.Body.Contains("bad", StringComparison.Ordinal)
            ? new() { Status = status, Body = """{"error":{"message":"longer than\n4096 tokens"}}""" } : StubReply.Ok);
        var refused = await Assert.ThrowsAsync<ModelFaultException>(() => fixture.SendAsync(1, "bad", Ct));
        Assert.Contains(@"longer than\n4096 tokens", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"{status}", refused.Message, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, fixture.Counts.Sum());
        await fixture.SendAsync(1, "good", Ct);
    }

    [Theory]
    [InlineData(401, "ApiKey")]
    [InlineData(403, "ApiKey")]
    [InlineData(404, "Model")]
    [InlineData(302, "Endpoint")]
    [InlineData(501, "Kind")]
    public async Task A_wrong_configuration_is_a_lack_of_this_machine_that_names_the_setting(int status, string setting)
    {
        await using var fixture = await PoolFixture.StartAsync(2);
        fixture.Answer(_ => new() { Status = status, Location = "http://127.0.0.1:1/", Body = $"the key {PoolFixture.Key} is bad" });
        var lack = await Assert.ThrowsAsync<MachineFaultException>(() => fixture.SendAsync(1, ct: Ct));
        Assert.Equal(("pooled", true), (lack.Model, lack.IsReward));
        Assert.Contains(setting, lack.Message, StringComparison.Ordinal);
        Assert.Contains("Rebase:Models:pooled", lack.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(PoolFixture.Key, lack.ToString(), StringComparison.Ordinal);
        // The other replica might have served it.
        Assert.Equal([1, 1], fixture.Counts);
    }

    [Fact]
    public async Task A_request_that_fails_everywhere_while_others_are_served_fails_alone()
    {
        await using var fixture = await PoolFixture.StartAsync(3);
        fixture.Answer(request => request.Body.Contains("bad", StringComparison.Ordinal)
            ? new() { Status = 500, Body = """{"message":"CUDA assert"}""" } : StubReply.Ok);
        var bad = fixture.SendAsync(1, "bad", Ct);
        // So many others are served that no replica seems dead.
        while (!bad.IsCompleted)
        {
            fixture.Time.Pass(TimeSpan.FromSeconds(0.1));
            await Task.WhenAll(Enumerable.Range(2, 9).Select(search => fixture.SendAsync(search, "good", Ct)));
        }

        Assert.Contains("CUDA assert", (await Assert.ThrowsAsync<ModelFaultException>(() => bad)).Message, StringComparison.Ordinal);
        Assert.True(fixture.Pool.IsAlive);
        Assert.Equal(RequestAttempts.MostFailures,
            fixture.Servers.SelectMany(server => server.Requests).Count(request => request.Body.Contains("bad", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_request_whose_servers_are_never_ready_for_it_is_no_fault_of_its_problem()
    {
        await using var fixture = await PoolFixture.StartAsync(3);
        // As a gateway answers that has too few servers behind it.
        fixture.Answer(request =>
            request.Body.Contains("bad", StringComparison.Ordinal) ? new() { Status = 503, Body = "no upstream" } : StubReply.Ok);
        var bad = fixture.SendAsync(1, "bad", Ct);
        while (!bad.IsCompleted)
        {
            fixture.Time.Pass(TimeSpan.FromSeconds(0.1));
            await Task.WhenAll(Enumerable.Range(2, 9).Select(search => fixture.SendAsync(search, "good", Ct)));
        }

        Assert.Contains("no upstream", (await Assert.ThrowsAsync<MachineFaultException>(() => bad)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-3)] // a date that is over
    public void A_busy_server_that_asks_for_no_pause_gets_one_that_grows(int seconds)
    {
        var attempts = new RequestAttempts(1, PoolFixture.Request(), replicas: 1, TimeProvider.System);
        for (var i = 0; i < 3; i++)
        {
            attempts.Failed(0, new("busy") { IsOverload = true, RetryAfter = TimeSpan.FromSeconds(seconds) }, (_, _) => false);
            Assert.Null(attempts.Pause);
        }
    }

    [Fact]
    public async Task A_server_that_does_not_say_what_it_is_holds_a_load_up_for_half_a_minute_only()
    {
        await using var fixture = await PoolFixture.StartAsync(1);
        fixture.Answer(_ => StubReply.Never);
        var asking = fixture.Pool.AskAsync(fixture.Servers[0].Uri, RemoteRequest.Get("v1/models"), Ct);
        await fixture.EndedAsync(asking);
        await Assert.ThrowsAsync<MachineFaultException>(() => asking);
        Assert.InRange(fixture.Time.GetUtcNow() - DateTimeOffset.UnixEpoch, RemoteExchange.LongestGet, TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task A_request_that_nobody_serves_is_no_fault_of_its_problem()
    {
        await using var fixture = await PoolFixture.StartAsync(2);
        // They call themselves healthy.
        fixture.Answer(_ => new() { Status = 500 });
        var sending = await fixture.EndedAsync(fixture.SendAsync(1, ct: Ct));
        var lack = await Assert.ThrowsAsync<MachineFaultException>(() => sending);
        Assert.Contains("500", lack.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_request_is_aborted_at_the_server()
    {
        await using var fixture = await PoolFixture.StartAsync(2);
        fixture.Answer(_ => StubReply.Never);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var sending = fixture.SendAsync(1, ct: cancel.Token);
        await Eventually.TrueAsync(() => fixture.Counts.Sum() == 1);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        await Eventually.TrueAsync(() => fixture.Servers.Sum(server => server.Aborted) == 1);
        Assert.Equal(1, fixture.Counts.Sum());
    }

    [Fact]
    public async Task A_check_of_one_replica_asks_only_that_one_and_only_once()
    {
        await using var fixture = await PoolFixture.StartAsync(2);
        fixture.Answer(_ => new() { Status = 503 });
        await Assert.ThrowsAsync<MachineFaultException>(
            () => fixture.Pool.AskAsync(fixture.Servers[1].Uri, RemoteRequest.Get("version"), Ct));
        Assert.Equal([0, 1], fixture.Counts);
    }
}
