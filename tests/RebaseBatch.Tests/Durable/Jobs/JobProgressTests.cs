using RebaseBatch.Durable.Checkpoints;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Durable.Workers;
using Xunit;

namespace RebaseBatch.Tests.Durable.Jobs;

public sealed class JobProgressTests(PostgresServer server) : StoreTest(server)
{
    [Fact]
    public async Task A_search_that_has_ended_counts_before_its_batch_commits_and_once()
    {
        var job = await EnqueueAsync(4);
        var lease = await ClaimOneAsync();
        var pending = await Problems.LoadPendingAsync(lease, Ct);
        Assert.True(await StoreAsync(lease, pending[1].ProblemId, Node(1), Node(2)));
        Assert.Equal((0, 1, 3L), await SeenAsync(job));

        // The last steps come with the end, or the end comes alone; both may be sent again.
        for (var i = 0; i < 2; i++)
        {
            Assert.True(await Checkpoints.AppendAsync(lease, [new CheckpointEntry(pending[0].ProblemId, Node(1))],
                new Dictionary<long, double>(), Ct, ended: new HashSet<long> { pending[0].ProblemId }));
            Assert.Equal((1, 1, 3L), await SeenAsync(job));
        }

        Assert.True(await Checkpoints.AppendAsync(lease, [], new Dictionary<long, double>(), Ct,
            ended: new HashSet<long> { pending[1].ProblemId }));
        Assert.Equal((2, 0, 0L), await SeenAsync(job));
        Assert.Equal(3, await ScalarAsync<int>("SELECT sum(node_count)::int FROM searches"));

        // A search that begins anew is not done.
        Assert.True(await Checkpoints.RestartAsync(lease, pending[1].ProblemId, 1, Ct));
        Assert.Equal((1, 1, 0L), await SeenAsync(job));

        Assert.True(await CompleteAsync(lease));
        var last = await ProgressAsync(job);
        Assert.Equal((2, 0, 2), (last.Done, last.Searched, last.Answered));
    }

    [Fact]
    public async Task A_job_that_waits_knows_its_place_and_whether_any_worker_runs()
    {
        await EnqueueAsync(6);
        await EnqueueAsync(4);
        var last = await EnqueueAsync(2);
        var workers = new WorkerStore(Database.DataSource);
        // Jobs take turns: only the first batch of each comes before it.
        Assert.Equal((0, 2, 2), await PlaceAsync(last));
        Assert.Equal("no worker is running: 'rebase worker run' starts one", JobRemarks.Of(await ProgressAsync(last)));

        await workers.ReportAsync("w", [], Ct);
        var claimed = Assert.Single(await Leases.ClaimAsync("w", 1, Ttl, Ct));
        Assert.Equal((1, 1, 1), await PlaceAsync(last));
        Assert.Equal("waiting: 1 batch of 1 job before it", JobRemarks.Of(await ProgressAsync(last)));
        Assert.Equal("on w", JobRemarks.Of(await ProgressAsync(claimed.JobId)));
    }

    async Task<(int Done, int Open, long OpenTokens)> SeenAsync(long job) =>
        await ProgressAsync(job) is var seen ? (seen.Done, seen.OpenSearches, seen.OpenTokens) : default;

    async Task<(int? Running, int Batches, int Jobs)> PlaceAsync(long job) =>
        await ProgressAsync(job) is var seen ? (seen.RunningWorkers, seen.BatchesAhead, seen.JobsAhead) : default;
}
