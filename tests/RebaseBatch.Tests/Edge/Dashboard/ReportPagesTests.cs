using System.Text;
using RebaseBatch.Edge.Dashboard;
using Xunit;

namespace RebaseBatch.Tests.Edge.Dashboard;

[Fast]
public sealed class ReportPagesTests : IDisposable
{
    readonly TimerTime _time = new();
    readonly ReportPages _pages;
    int _made;

    public ReportPagesTests() => _pages = new(_time);

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _pages.Dispose();

    [Fact]
    public async Task A_page_is_made_once_for_all_who_ask_within_a_minute_and_then_anew()
    {
        var gate = Gate();
        var asked = Enumerable.Range(0, 5).Select(_ => GetAsync("a", gate.Task)).ToList();
        gate.SetResult();
        Assert.Equal(["a 1"], (await Task.WhenAll(asked)).Distinct());

        _time.Pass(ReportPages.Kept - TimeSpan.FromTicks(1));
        Assert.Equal("a 1", await GetAsync("a"));
        _time.Pass(TimeSpan.FromTicks(1));
        Assert.Equal("a 2", await GetAsync("a"));
    }

    [Fact]
    public async Task Pages_are_made_one_at_a_time()
    {
        var (started, gate) = (Gate(), Gate());
        var first = _pages.GetAsync("first", async _ =>
        {
            started.SetResult();
            await gate.Task;
            return [];
        }, Ct);
        await started.Task;
        var others = Enumerable.Range(1, ReportPages.Most - 1).Select(i => GetAsync($"{i}")).ToList();

        // Each ends while it waits for its turn; without a wait it would have been made.
        _pages.Dispose();
        foreach (var other in others) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => other);
        Assert.Equal(0, _made);
        gate.SetResult();
        Assert.NotNull(await first);
    }

    [Fact]
    public async Task Whoever_gives_up_does_not_end_what_others_wait_for()
    {
        var gate = Gate();
        using var given = new CancellationTokenSource();
        var first = GetAsync("a", gate.Task, given.Token);
        var second = GetAsync("a", gate.Task);
        await given.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        gate.SetResult();
        Assert.Equal("a 1", await second);
    }

    [Fact]
    public async Task What_takes_longer_than_it_may_is_given_up_and_the_next_gets_its_turn()
    {
        var started = Gate();
        var asked = _pages.GetAsync("slow", async ct =>
        {
            started.SetResult();
            await Task.Delay(Timeout.Infinite, ct);
            return [];
        }, Ct);
        await started.Task;
        _time.Pass(ReportPages.MakingTimeout);
        var fault = await Assert.ThrowsAnyAsync<Exception>(() => asked);
        Assert.True(fault is TimeoutException or OperationCanceledException, fault.ToString());
        Assert.Equal("b 1", await GetAsync("b"));
    }

    [Fact]
    public async Task A_failure_reaches_all_who_wait_and_is_not_kept()
    {
        var gate = Gate();
        var asked = Enumerable.Range(0, 3).Select(_ => _pages.GetAsync("a", async _ =>
        {
            await gate.Task;
            throw new InvalidDataException("broken");
        }, Ct)).ToList();
        gate.SetResult();
        foreach (var page in asked) await Assert.ThrowsAsync<InvalidDataException>(() => page);
        Assert.Equal("a 1", await GetAsync("a"));
    }

    [Fact]
    public async Task No_more_than_a_few_are_under_way()
    {
        var gate = Gate();
        var asked = Enumerable.Range(0, ReportPages.Most).Select(i => GetAsync($"{i}", gate.Task)).ToList();
        Assert.Null(await GetAsync("another"));
        gate.SetResult();
        await Task.WhenAll(asked);
        Assert.Equal($"another {ReportPages.Most + 1}", await GetAsync("another"));
    }

    [Fact]
    public async Task The_oldest_page_makes_room_for_the_next()
    {
        for (var i = 1; i <= ReportPages.Most; i++)
        {
            await GetAsync($"{i}");
            _time.Pass(TimeSpan.FromSeconds(1));
        }
        await GetAsync("another");

        for (var i = 2; i <= ReportPages.Most; i++) Assert.Equal($"{i} {i}", await GetAsync($"{i}"));
        Assert.Equal($"1 {ReportPages.Most + 2}", await GetAsync("1"));
    }

    [Fact]
    public async Task An_end_gives_up_what_is_under_way_and_what_waits()
    {
        var started = Gate();
        var under = _pages.GetAsync("a", async ct =>
        {
            started.SetResult();
            await Task.Delay(Timeout.Infinite, ct);
            return [];
        }, Ct);
        await started.Task;
        var waits = GetAsync("b");
        _pages.Dispose();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => under);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waits);
        Assert.Equal(0, _made);
    }

    static TaskCompletionSource Gate() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <returns>The page: its key and how many had been made with it.</returns>
    async Task<string?> GetAsync(string key, Task? until = null, CancellationToken? ct = null) => await _pages.GetAsync(key, async _ =>
    {
        if (until is not null) await until;
        return Encoding.UTF8.GetBytes($"{key} {Interlocked.Increment(ref _made)}");
    }, ct ?? Ct) is { } page ? Encoding.UTF8.GetString(page) : null;
}
