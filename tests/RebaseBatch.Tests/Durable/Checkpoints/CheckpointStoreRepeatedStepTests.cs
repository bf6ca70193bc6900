using RebaseBatch.Durable.Leases;
using Xunit;

namespace RebaseBatch.Tests.Durable.Checkpoints;

public sealed class CheckpointStoreRepeatedStepTests(PostgresServer server) : StoreTest(server)
{
    [Fact]
    public async Task A_stored_step_that_a_later_holder_samples_again_is_counted_and_not_overwritten()
    {
        await EnqueueAsync(1);
        var first = await ClaimOneAsync();
        var problem = Assert.Single(await Problems.LoadPendingAsync(first, Ct)).ProblemId;
        Assert.True(await Checkpoints.AppendAsync(first, [new(problem, Node(1, text: "as stored"))],
            new Dictionary<long, double> { [problem] = 1 }, Ct));
        Assert.Equal(ReleaseState.Released, await Leases.ReleaseAsync(first, Ct));

        var second = await ClaimOneAsync();
        Assert.True(await Checkpoints.AppendAsync(second, [new(problem, Node(1, text: "again")), new(problem, Node(2))],
            new Dictionary<long, double> { [problem] = 1 }, Ct));
        Assert.Equal("1 2", await ScalarAsync<string>("SELECT repeated_steps || ' ' || node_count FROM searches"));
        Assert.Equal("as stored", await ScalarAsync<string>("SELECT text FROM nodes WHERE no = 1"));
    }
}
