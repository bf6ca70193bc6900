using RebaseBatch.Evaluation.Sweeps;
using Xunit;

namespace RebaseBatch.Tests.Evaluation.Sweeps;

[Fast]
public sealed class WorkSharesTests
{
    [Fact]
    public void Time_between_attempts_is_nobodys() =>
        Assert.Equal(30, WorkShares.Of([new(1, "a", 0, 10), new(1, "a", 86_400, 86_420)])[1]);

    [Fact]
    public void Two_workers_count_both() =>
        Assert.Equal(20, WorkShares.Of([new(1, "a", 0, 10), new(1, "b", 0, 10)])[1]);

    [Fact]
    public void A_worker_with_two_jobs_in_hand_gives_each_half()
    {
        var seconds = WorkShares.Of([new(1, "a", 0, 10), new(2, "a", 4, 14), new(3, "b", 0, 10)]);
        Assert.Equal((4 + 3.0, 3 + 4.0, 10.0), (seconds[1], seconds[2], seconds[3]));
    }

    [Fact]
    public void All_shares_of_a_worker_add_up_to_its_time_at_work()
    {
        var random = new Random(7);
        List<WorkSpan> spans =
            [.. Enumerable.Range(0, 200)
                .Select(i => new WorkSpan(i % 9, "a", i * 10 + random.NextDouble(), i * 10 + 5 + (20 * random.NextDouble())))];
        var atWork = 0.0;
        var until = double.NegativeInfinity;
        foreach (var span in spans.OrderBy(span => span.From))
        {
            atWork += Math.Max(0, span.Until - Math.Max(span.From, until));
            until = Math.Max(until, span.Until);
        }

        Assert.Equal(atWork, WorkShares.Of(spans).Values.Sum(), 1e-6);
    }
}
