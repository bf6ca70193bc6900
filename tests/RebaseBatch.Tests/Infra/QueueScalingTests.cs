using System.Globalization;
using System.Text.RegularExpressions;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Sharing;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace RebaseBatch.Tests.Infra;

/// <summary>KEDA's query, read from the ScaledObject, on a real database with the program's schema.</summary>
public sealed class QueueScalingTests(PostgresServer server) : StoreTest(server)
{
    internal static string Query => Trigger("postgresql").TextAt("metadata", "query")!;

    /// <summary>Of the component whose workers have no labels.</summary>
    internal static string PoolQuery =>
        Regex.Match(Repository.Read("infra/kubernetes/components/until-idle/scaledjob.yaml"), "^ *query: (.+)$", RegexOptions.Multiline)
            .Groups[1].Value;

    [Fact]
    public async Task It_counts_what_is_due_and_what_runs_and_nothing_else()
    {
        Assert.Equal(0, await AskAsync());

        var job = await EnqueueAsync(16);
        Assert.Equal(8, await AskAsync());
        await ClaimOneAsync();
        Assert.Equal(8, await AskAsync());
        // A dead worker's batch: another worker must be there to take it over.
        await ClaimOneAsync(RunOut);
        Assert.Equal(8, await AskAsync());

        var retried = await ClaimOneAsync();
        await Leases.FailAsync(retried, "it failed", TimeSpan.Zero, Ct);
        Assert.Equal("retryable", await BatchStateAsync(retried));
        Assert.Equal(8, await AskAsync());
        await ExecuteAsync("UPDATE batches SET run_at = now() + interval '1 hour' WHERE batch_id = @BatchId", new { retried.BatchId });
        Assert.Equal(7, await AskAsync());
        Assert.Equal(1, await ScalarAsync<int>("SELECT later FROM v_queue"));

        var completed = await ClaimOneAsync();
        await CompleteAsync(completed);
        Assert.Equal(6, await AskAsync());
        await ExecuteAsync(
            "UPDATE batches SET state = 'discarded' WHERE batch_id = (SELECT min(batch_id) FROM batches WHERE state = 'available')");
        await ExecuteAsync(
            "UPDATE batches SET state = 'cancelled' WHERE batch_id = (SELECT min(batch_id) FROM batches WHERE state = 'available')");
        Assert.Equal(4, await AskAsync());

        // A night that is over: held batches are given back soon, and the rest waits for the next night.
        await ExecuteAsync("UPDATE jobs SET closes_at = now() WHERE job_id = @Job", new { Job = job });
        Assert.Equal(2, await AskAsync());
        await ExecuteAsync("UPDATE jobs SET closes_at = now() + interval '1 hour' WHERE job_id = @Job", new { Job = job });
        Assert.Equal(4, await AskAsync());
    }

    [Fact]
    public async Task A_pool_is_scaled_by_what_its_own_workers_can_take()
    {
        await EnqueueAsync(4);
        await EnqueueAsync(6, Spec with { Needs = LabelSet.Read(["gpu=h200"]).Labels });
        await EnqueueAsync(2, Spec with { Needs = LabelSet.Read(["night"]).Labels });
        await ClaimOneAsync();

        var withLabel = PoolQuery.Replace("needs = '{}'", "needs <@ '{gpu=h200,gpu}'", StringComparison.Ordinal);
        Assert.Equal(2, await ScalarAsync<int>(PoolQuery));
        Assert.Equal(5, await ScalarAsync<int>(withLabel));
        await new QueueControl(Database.DataSource).PauseAsync(Ct);
        Assert.Equal(1, await ScalarAsync<int>(withLabel));
    }

    [Fact]
    public async Task What_it_calls_due_is_what_a_claim_takes()
    {
        var open = await EnqueueAsync(10);
        var closed = await EnqueueAsync(6);
        await ExecuteAsync("UPDATE jobs SET closes_at = now() WHERE job_id = @Job", new { Job = closed });
        await ExecuteAsync("UPDATE batches SET run_at = now() + interval '1 hour' WHERE job_id = @Job AND batch_no = 1",
            new { Job = open });

        var due = await ScalarAsync<int>("SELECT due FROM v_queue");
        Assert.Equal(due, (await Leases.ClaimAsync("worker", 100, Ttl, Ct)).Count);

        Assert.Equal(4, due);
        Assert.Equal((due, 0), (await AskAsync(), await ScalarAsync<int>("SELECT due FROM v_queue")));
    }

    [Fact]
    public async Task The_oldest_due_batch_tells_how_far_behind_the_workers_are()
    {
        await EnqueueAsync(4);
        Assert.Equal(0, await ScalarAsync<double>("SELECT extract(epoch FROM now() - oldest_due_at)::double precision FROM v_queue"), 60.0);
        await ExecuteAsync("UPDATE batches SET run_at = now() - interval '2 hours' WHERE batch_no = 2");
        Assert.Equal(7200,
            await ScalarAsync<double>("SELECT extract(epoch FROM now() - oldest_due_at)::double precision FROM v_queue"), 60.0);
    }

    [Fact]
    public void A_pod_takes_as_many_batches_as_it_is_counted_for()
    {
        var pod = Manifests.Worker.At("spec", "template", "spec")!;
        Assert.Equal(SettingNamesTests.Load(Manifests.EnvironmentOf(pod)).Worker.MaxBatches.ToString(CultureInfo.InvariantCulture),
            Trigger("postgresql").TextAt("metadata", "targetQueryValue"));
        // Any batch and any message wakes the first worker.
        Assert.Equal("0", Trigger("postgresql").TextAt("metadata", "activationTargetQueryValue"));
        Assert.Equal("0", Trigger("azure-servicebus").TextAt("metadata", "activationMessageCount"));
        Assert.Equal("0", Manifests.Scaling.TextAt("spec", "minReplicaCount"));
        Assert.Equal(Manifests.Worker.TextAt("metadata", "name"), Manifests.Scaling.TextAt("spec", "scaleTargetRef", "name"));
    }

    [Fact]
    public void Both_triggers_ask_as_an_identity_and_by_no_password()
    {
        var identity = Manifests.Of("TriggerAuthentication", "rebase-scaler");
        Assert.Equal("azure-workload", identity.TextAt("spec", "podIdentity", "provider"));
        Assert.Equal(2, Manifests.Scaling.ItemsAt("spec", "triggers").Count());
        foreach (var trigger in Manifests.Scaling.ItemsAt("spec", "triggers"))
        {
            Assert.Equal("rebase-scaler", trigger.TextAt("authenticationRef", "name"));
            Assert.DoesNotContain(trigger.PairsAt("metadata"), pair => pair.Key.Contains("FromEnv", StringComparison.Ordinal));
        }
    }

    Task<long> AskAsync() => ScalarAsync<long>(Query);

    static YamlNode Trigger(string type) => Manifests.Scaling.ItemsAt("spec", "triggers").Single(trigger => trigger.TextAt("type") == type);
}
