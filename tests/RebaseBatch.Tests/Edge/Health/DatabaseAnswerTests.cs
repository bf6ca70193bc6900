using Microsoft.Extensions.Diagnostics.HealthChecks;
using RebaseBatch.Edge.Health;
using RebaseBatch.Migrations;
using Xunit;

namespace RebaseBatch.Tests.Edge.Health;

[Fast]
public sealed class DatabaseAnswerTests
{
    readonly TimerTime _time = new();
    int _asked;

    [Fact]
    public async Task A_good_answer_serves_for_its_time_and_a_bad_one_is_asked_again_at_once()
    {
        var isWell = true;
        var answer = Answer(_ => isWell
            ? Task.FromResult("it answers")
            : Task.FromException<string>(new SchemaException("it is another's", "use that")));
        Assert.Equal((HealthStatus.Healthy, "it answers"), await GetAsync(answer));
        _time.Pass(TimeSpan.FromSeconds(0.9));
        isWell = false;
        Assert.Equal((HealthStatus.Healthy, "it answers"), await GetAsync(answer));
        Assert.Equal(1, _asked);

        _time.Pass(TimeSpan.FromSeconds(0.2));
        Assert.Equal((HealthStatus.Unhealthy, "it is another's: use that"), await GetAsync(answer));
        isWell = true;
        Assert.Equal((HealthStatus.Healthy, "it answers"), await GetAsync(answer));
        Assert.Equal(3, _asked);
    }

    [Fact]
    public async Task All_who_ask_at_once_share_one_question_which_outlives_who_leaves()
    {
        var database = new TaskCompletionSource<string>();
        var answer = Answer(_ => database.Task);
        using var leaves = new CancellationTokenSource();
        var (first, second) = (answer.GetAsync(leaves.Token), answer.GetAsync(TestContext.Current.CancellationToken));
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);

        database.SetResult("it answers");

        Assert.Equal(HealthStatus.Healthy, (await second).Status);
        Assert.Equal(1, _asked);
    }

    [Fact]
    public async Task A_database_that_does_not_answer_is_given_up_after_two_seconds()
    {
        var answer = Answer(_ => new TaskCompletionSource<string>().Task);
        var asked = GetAsync(answer);
        _time.Pass(TimeSpan.FromSeconds(1.9));
        Assert.False(asked.IsCompleted);
        _time.Pass(TimeSpan.FromSeconds(0.2));
        Assert.Equal((HealthStatus.Unhealthy, "the database did not answer within 2 s"), await asked);
    }

    DatabaseAnswer Answer(Func<CancellationToken, Task<string>> askAsync) => new(TimeSpan.FromSeconds(1), ct =>
    {
        _asked++;
        return askAsync(ct);
    }, _time);

    static async Task<(HealthStatus Status, string? Reason)> GetAsync(DatabaseAnswer answer)
    {
        var result = await answer.GetAsync(TestContext.Current.CancellationToken);
        return (result.Status, result.Description);
    }
}
