using RebaseBatch.Contracts;
using Xunit;

namespace RebaseBatch.Tests.Durable.Results;

public sealed class ResultQueriesTests(PostgresServer server) : StoreTest(server)
{
    [Fact]
    public async Task Accuracy_is_counted_by_method_over_the_problems_with_a_gold_answer()
    {
        var job = await EnqueueAsync(6, Spec with { BatchSize = 6 });
        var lease = await ClaimOneAsync();
        var pending = await Problems.LoadPendingAsync(lease, Ct);
        // Problems 0, 2 and 4 have a gold answer.
        var results = pending.Select((p, i) => Result(lease, p) with
        {
            Answer = Result(lease, p).Answer with
            {
                Votes =
                [
                    new(VotingMethod.BestOfN, ScoreAggregation.Min, "4", p.Spec.GoldAnswer is null ? null : i == 4, 1),
                    new(VotingMethod.Weighted, ScoreAggregation.Last, "4", p.Spec.GoldAnswer is null ? null : i < 3, 1),
                    new(VotingMethod.Majority, null, "4", p.Spec.GoldAnswer is null ? null : false, 1),
                ],
            },
        });
        Assert.True(await Results.CompleteAsync(lease, [.. results], Ct));

        Assert.Equal(
        [
            new(VotingMethod.Majority, null, 0, 3),
            new(VotingMethod.Weighted, ScoreAggregation.Last, 2, 3),
            new(VotingMethod.BestOfN, ScoreAggregation.Min, 1, 3),
        ], await Queries.AccuracyAsync(job, Ct));
    }

    [Fact]
    public async Task A_job_that_does_not_exist_has_no_totals_and_one_that_runs_no_summary()
    {
        Assert.Null(await Queries.TotalsAsync(99, Ct));
        var job = await EnqueueAsync(1);
        Assert.Equal((1, 0), (await Queries.TotalsAsync(job, Ct)) is { } totals ? (totals.Problems, totals.Answered) : default);
        Assert.Null(await Queries.SummaryAsync(job, Ct));
        Assert.Empty(await Queries.AccuracyAsync(job, Ct));
    }
}
