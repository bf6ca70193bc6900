using System.Net;
using RebaseBatch.Edge.Actions;
using Xunit;

namespace RebaseBatch.Tests.Edge.Actions;

[Fast]
public sealed class WrongTokensTests
{
    static readonly IPAddress s_one = IPAddress.Parse("192.0.2.1");

    readonly ManualTime _time = new();

    WrongTokens Wrong => field ??= new(_time);

    [Fact]
    public void An_address_has_five_wrong_tries_a_minute_and_then_not_even_the_right_one()
    {
        for (var tries = 0; tries < 5; tries++) Assert.False(Wrong.Try(s_one, () => false));
        Assert.Null(Wrong.Try(s_one, () => true));
        Assert.True(Wrong.Try(IPAddress.Parse("192.0.2.2"), () => true));

        _time.Pass(TimeSpan.FromSeconds(59));
        Assert.Null(Wrong.Try(s_one, () => true));
        _time.Pass(TimeSpan.FromSeconds(1));
        Assert.True(Wrong.Try(s_one, () => true));
    }

    [Fact]
    public void Right_tokens_use_up_no_tries()
    {
        for (var tries = 0; tries < 99; tries++) Assert.True(Wrong.Try(s_one, () => true));
    }

    [Fact]
    public void All_addresses_together_have_fifty()
    {
        for (var from = 0; from < 50; from++) Assert.False(Wrong.Try(new(0x0A000000L + from), () => false));
        Assert.Null(Wrong.Try(s_one, () => true));
    }

    [Fact]
    public async Task Requests_at_the_same_moment_get_no_more_tries_than_one_after_another()
    {
        var (tried, wrong) = (0, Wrong);
        using var all = new Barrier(16);
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Factory.StartNew(() =>
        {
            all.SignalAndWait(TestContext.Current.CancellationToken);
            if (wrong.Try(s_one, () => false) is not null) Interlocked.Increment(ref tried);
        }, TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

        Assert.Equal(5, tried);
    }
}
