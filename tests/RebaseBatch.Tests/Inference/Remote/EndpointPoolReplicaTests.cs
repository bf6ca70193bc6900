using System.Globalization;
using RebaseBatch.Inference.Remote;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Inference.Remote;

/// <summary>Which replica serves, and what becomes of requests when replicas die.</summary>
public sealed class EndpointPoolReplicaTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_search_stays_with_one_replica_and_searches_are_spread_evenly()
    {
        await using var fixture = await PoolFixture.StartAsync(4);
        for (var search = 0; search < 12; search++)
        {
            for (var step = 0; step < 5; step++) await fixture.SendAsync(search, $"{search}.", Ct);
        }

        Assert.Equal([15, 15, 15, 15], fixture.Counts);
        Assert.All(fixture.Servers, server => Assert.Equal(3, server.Requests.Select(request => request.Body).Distinct().Count()));
    }

    [Fact]
    public async Task Searches_that_ended_leave_room_for_new_ones()
    {
        await using var fixture = await PoolFixture.StartAsync(2);
        for (var search = 0; search < 4; search++) await fixture.SendAsync(search, $"{search}", Ct);
        // Those of one replica end.
        var empty = fixture.Servers[0];
        foreach (var request in empty.Requests) fixture.Pool.Leave(int.Parse(request.Body[11..^2], CultureInfo.InvariantCulture));
        await fixture.SendAsync(4, "4", Ct);
        await fixture.SendAsync(5, "5", Ct);
        Assert.Equal([4, 2], fixture.Counts);
    }

    [Fact]
    public async Task A_dead_replica_costs_its_steps_and_its_searches_go_on_elsewhere_for_good()
    {
        await using var fixture = await PoolFixture.StartAsync(2);
        for (var search = 0; search < 8; search++) await fixture.SendAsync(search, ct: Ct);
        Assert.Equal([4, 4], fixture.Counts);
        var (dead, living) = (fixture.Servers[0], fixture.Servers[1]);
        // Each search has a step under way.
        var held = new TaskCompletionSource();
        dead.Reply = _ => StubReply.Ok with { When = held.Task };
        var steps = Enumerable.Range(0, 8).Select(search => fixture.SendAsync(search, ct: Ct)).ToList();
        await Eventually.TrueAsync(() => fixture.Counts is [8, 8]);

        await dead.StopAsync();

        // The clock stands: nobody waits for anything.
        await Task.WhenAll(steps);
        Assert.Equal(12, living.Requests.Count);
        await Eventually.TrueAsync(() => fixture.Logged(1400) > 0);
        await dead.StartAgainAsync();
        dead.Reply = _ => StubReply.Ok;
        await fixture.UntilAsync(() => fixture.Logged(1401) > 0);
        for (var search = 0; search < 8; search++) await fixture.SendAsync(search, ct: Ct);
        Assert.Equal([8, 20], fixture.Counts);
        for (var search = 8; search < 16; search++) await fixture.SendAsync(search, ct: Ct);
        Assert.Equal([16, 20], fixture.Counts);
    }

    [Fact]
    public async Task A_replica_that_fails_its_requests_gets_only_probes_until_it_answers_one()
    {
        await using var fixture = await PoolFixture.StartAsync(2);
        var (ill, well) = (fixture.Servers[0], fixture.Servers[1]);
        (ill.Reply, ill.Health) = (_ => new() { Status = 503 }, () => new() { Status = 503 });
        for (var search = 0; search < 40; search++) await fixture.SendAsync(search, ct: Ct);
        Assert.InRange(ill.Requests.Count, 1, ReplicaCircuit.FewestRequests);
        Assert.Equal(40, well.Requests.Count);

        var before = ill.Requests.Count;
        await fixture.UntilAsync(() => ill.Probes >= 3);
        Assert.Equal(before, ill.Requests.Count);
        (ill.Reply, ill.Health) = (_ => StubReply.Ok, () => new() { Status = 404 });
        await fixture.UntilAsync(() => fixture.Logged(1401) > 0);
        await fixture.SendAsync(100, ct: Ct);
        Assert.Equal(before + 1, ill.Requests.Count);
    }

    [Fact]
    public async Task More_requests_than_a_replica_may_have_wait_and_the_oldest_search_goes_first()
    {
        await using var fixture = await PoolFixture.StartAsync(1, model => model with { MaxConcurrency = 1 });
        var held = new TaskCompletionSource();
        fixture.Answer(_ => StubReply.Ok with { When = held.Task });
        var first = fixture.SendAsync(50, ct: Ct);
        await Eventually.TrueAsync(() => fixture.Counts is [1]);
        var others = new[] { 9, 7, 8, 5, 6 }.Select(search => fixture.SendAsync(search, $"{search}", Ct)).ToList();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var given = fixture.SendAsync(1, "1", cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);

        held.SetResult();

        await Task.WhenAll([first, .. others]);
        Assert.Equal(1, fixture.Servers[0].MostInFlight);
        Assert.Equal(
            [5, 6, 7, 8, 9],
            fixture.Servers[0].Requests.Skip(1).Select(request => int.Parse(request.Body[11..^2], CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task A_full_replica_loses_a_search_to_one_with_half_its_load()
    {
        await using var fixture = await PoolFixture.StartAsync(2, model => model with { MaxConcurrency = 8 });
        var held = new TaskCompletionSource();
        fixture.Answer(_ => StubReply.Ok with { When = held.Task });
        var steps = Enumerable.Range(0, 9).Select(_ => fixture.SendAsync(1, ct: Ct)).ToList();
        await Eventually.TrueAsync(() => fixture.Counts.Sum() == 9);
        Assert.Equal([1, 8], fixture.Counts.Order());
        held.SetResult();
        await Task.WhenAll(steps);
    }

    [Fact]
    public async Task While_all_are_away_requests_wait_half_a_minute_and_then_fail_at_once_until_one_is_back()
    {
        await using var fixture = await PoolFixture.StartAsync(2);
        await fixture.SendAsync(1, ct: Ct);
        foreach (var server in fixture.Servers) await server.StopAsync();
        var waiting = Enumerable.Range(0, 20).Select(search => fixture.SendAsync(search, ct: Ct)).ToList();
        await fixture.UntilAsync(() => fixture.Logged(1400) == 2);
        var away = fixture.Time.GetTimestamp();
        Assert.True(fixture.Pool.IsAlive);

        await fixture.EndedAsync(Task.WhenAll(waiting));

        Assert.InRange(TimeSpan.FromTicks(fixture.Time.GetTimestamp() - away), PoolPatience.Longest - TimeSpan.FromSeconds(2),
            PoolPatience.Longest + TimeSpan.FromSeconds(2));
        foreach (var request in waiting)
        {
            var lack = await Assert.ThrowsAsync<MachineFaultException>(() => request);
            Assert.Equal(("pooled", true), (lack.Model, lack.IsReward));
        }

        Assert.False(fixture.Pool.IsAlive);
        Assert.Equal(1, fixture.Logged(1402));
        var now = fixture.Time.GetTimestamp();
        await Assert.ThrowsAsync<MachineFaultException>(() => fixture.SendAsync(99, ct: Ct));
        Assert.Equal(now, fixture.Time.GetTimestamp());

        await fixture.Servers[1].StartAgainAsync();
        await fixture.UntilAsync(() => fixture.Pool.IsAlive);
        await fixture.SendAsync(99, ct: Ct);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(404)]
    [InlineData(501)] // a server that has no such path
    public async Task Requests_that_wait_go_on_as_soon_as_a_replica_is_back(int health)
    {
        await using var fixture = await PoolFixture.StartAsync(1);
        await fixture.Servers[0].StopAsync();
        var waiting = Enumerable.Range(0, 20).Select(search => fixture.SendAsync(search, ct: Ct)).ToList();
        await fixture.UntilAsync(() => fixture.Logged(1400) > 0);
        fixture.Servers[0].Health = () => new() { Status = health };
        await fixture.Servers[0].StartAgainAsync();
        await await fixture.EndedAsync(Task.WhenAll(waiting));
        Assert.Equal([20], fixture.Counts);
        await fixture.UntilAsync(() => fixture.Logged(1401) == 1);
    }

    [Fact]
    public async Task Requests_that_wait_fail_when_the_model_is_unloaded()
    {
        await using var fixture = await PoolFixture.StartAsync(1);
        await fixture.Servers[0].StopAsync();
        var waiting = Enumerable.Range(0, 20).Select(search => fixture.SendAsync(search, ct: Ct)).ToList();
        await fixture.UntilAsync(() => fixture.Logged(1400) > 0);
        fixture.Pool.Dispose();
        // Some wait between two attempts.
        await fixture.EndedAsync(Task.WhenAll(waiting));
        foreach (var request in waiting) await Assert.ThrowsAsync<MachineFaultException>(() => request);
    }

    [Fact]
    public async Task No_line_of_the_log_has_the_key()
    {
        await using var fixture = await PoolFixture.StartAsync(2);
        fixture.Answer(request => new() { Status = 500, Body = $"headers: {request.Authorization}" });
        await fixture.EndedAsync(Task.WhenAll(Enumerable.Range(0, 20).Select(search => fixture.SendAsync(search, ct: Ct))));
        Assert.NotEqual(0, fixture.Logged(1400));
        Assert.DoesNotContain(fixture.Log.Texts, text => text.Contains(PoolFixture.Key, StringComparison.Ordinal));
    }
}
