using RebaseBatch.Edge.Dashboard;
using Xunit;

namespace RebaseBatch.Tests.Edge.Dashboard;

[Fast]
public sealed class SharedAnswerTests
{
    readonly ManualTime _time = new();
    int _made;

    SharedAnswer<string> Create() => new(TimeSpan.FromSeconds(1), _time);

    [Fact]
    public async Task It_is_made_once_in_a_second_and_anew_after_it()
    {
        using var answer = Create();
        Assert.Equal(["1", "1"], await Task.WhenAll(GetAsync(answer), GetAsync(answer)));
        _time.Pass(TimeSpan.FromSeconds(0.9));
        Assert.Equal("1", await GetAsync(answer));
        _time.Pass(TimeSpan.FromSeconds(0.1));
        Assert.Equal("2", await GetAsync(answer));
    }

    [Fact]
    public async Task What_is_forgotten_is_made_anew_at_once()
    {
        using var answer = Create();
        await GetAsync(answer);
        answer.Forget();
        Assert.Equal(["2", "2"], [await GetAsync(answer), await GetAsync(answer)]);
    }

    [Fact]
    public async Task An_answer_that_was_being_made_when_it_was_forgotten_is_given_to_nobody_who_asks_later()
    {
        using var answer = Create();
        var (started, goes) = (new TaskCompletionSource(), new TaskCompletionSource());
        var before = answer.GetAsync(async () =>
        {
            started.SetResult();
            await goes.Task;
            return "of before";
        }, TestContext.Current.CancellationToken);
        await started.Task;
        answer.Forget();
        var later = GetAsync(answer);
        goes.SetResult();

        Assert.Equal(("of before", "1"), (await before, await later));
    }

    [Fact]
    public async Task A_failure_is_kept_for_nobody()
    {
        using var answer = Create();
        await Assert.ThrowsAsync<IOException>(() =>
            answer.GetAsync(() => Task.FromException<string>(new IOException()), TestContext.Current.CancellationToken));
        Assert.Equal("1", await GetAsync(answer));
    }

    Task<string> GetAsync(SharedAnswer<string> answer) =>
        answer.GetAsync(() => Task.FromResult($"{++_made}"), TestContext.Current.CancellationToken);
}
