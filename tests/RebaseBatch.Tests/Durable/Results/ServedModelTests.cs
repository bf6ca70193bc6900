using System.Text.Json;
using RebaseBatch.Contracts;
using RebaseBatch.Core.Searching;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Environments;
using RebaseBatch.Durable.Results;
using RebaseBatch.Durable.Verification;
using Xunit;

namespace RebaseBatch.Tests.Durable.Results;

/// <summary>
/// The books of models on servers: their device seconds are not known, and so never a number. Cached tokens are what the servers say.
/// </summary>
public sealed class ServedModelTests(PostgresServer server) : StoreTest(server)
{
    static readonly ServerEnvironment s_server = new()
    {
        Kind = "vllm", Version = "0.14.0", Model = "mistral-7b", Revision = "v7", Endpoints = 2,
    };

    static RunEnvironment Environment(bool policy, bool reward)
    {
        var local = SampleEnvironment.Of("ab", "cd");
        return local with
        {
            Policy = policy ? local.Policy with { Server = s_server } : local.Policy,
            Reward = reward ? local.Reward! with { Server = s_server } : local.Reward,
        };
    }

    static ProblemResult Seconds(ProblemResult result, double? policy, double? reward) => result with
    {
        Usage = result.Usage with
        {
            Policy = result.Usage.Policy with { DeviceSeconds = policy },
            Reward = result.Usage.Reward! with { DeviceSeconds = reward },
        },
    };

    static ProblemResult Cached(ProblemResult result, long? policy, long? reward) => result with
    {
        Usage = result.Usage with
        {
            Policy = result.Usage.Policy with { CachedTokens = policy },
            Reward = result.Usage.Reward! with { CachedTokens = reward },
        },
    };

    static SearchNode Policy(SearchNode node, ModelCost cost) => node with { Cost = node.Cost with { Policy = cost } };

    Task CompleteAsync(BatchLease lease, double? policy, double? reward) =>
        CompleteAsync(lease, result => Seconds(result, policy, reward));

    async Task CompleteAsync(BatchLease lease, Func<ProblemResult, ProblemResult> of)
    {
        var pending = await Problems.LoadPendingAsync(lease, Ct);
        Assert.True(await Results.CompleteAsync(lease, [.. pending.Select(p => of(Result(lease, p)))], Ct));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData(null, 0.5)]
    [InlineData(0.25, null)]
    [InlineData(0.25, 0.5)]
    public async Task Device_seconds_that_are_not_known_stay_unknown_in_rows_lines_views_and_sums(double? policy, double? reward)
    {
        var job = await EnqueueAsync(4);
        await CompleteAsync(await ClaimOneAsync(), policy, reward);
        await CompleteAsync(await ClaimOneAsync(), policy, reward);

        await foreach (var line in Queries.UsageAsync(job, batchNo: null, Ct))
            Assert.Equal((policy, reward, 0.3), (line.Policy.DeviceSeconds, line.Reward!.DeviceSeconds, line.WallSeconds));
        var totals = Assert.IsType<JobTotals>(await Queries.TotalsAsync(job, Ct));
        Assert.Equal((4 * policy, 4 * reward), (totals.Policy.DeviceSeconds, totals.Reward!.DeviceSeconds));
        foreach (var (view, times) in new[] { ("v_cost", 4), ("v_usage", 1) })
            Assert.Equal((times * policy, times * reward), await RowAsync<double?, double?>(
                $"SELECT policy_device_seconds, reward_device_seconds FROM {view} WHERE job_id = {job} LIMIT 1"));
        Assert.Equal(1.2, await ScalarAsync<double>($"SELECT search_seconds FROM v_cost WHERE job_id = {job}"), 6);
        await AssertSoundAsync();
    }

    [Fact]
    public async Task A_job_s_sum_is_known_again_when_the_problems_without_seconds_are_put_back()
    {
        var job = await EnqueueAsync(4);
        await CompleteAsync(await ClaimOneAsync(), 0.25, 0.5);
        var lease = await ClaimOneAsync();
        Assert.True(await Results.CompleteAsync(lease, [.. (await Problems.LoadPendingAsync(lease, Ct))
            .Select(p => Seconds(Result(lease, p, "the server went away"), null, 0.5))], Ct));
        Assert.Null((await Queries.TotalsAsync(job, Ct))!.Policy.DeviceSeconds);
        Assert.Equal(2.0, (await Queries.TotalsAsync(job, Ct))!.Reward!.DeviceSeconds);
        await AssertSoundAsync();

        Assert.Equal(1, await Jobs.RetryAsync(job, Ct));
        Assert.Equal(0.5, (await Queries.TotalsAsync(job, Ct))!.Policy.DeviceSeconds);
        await AssertSoundAsync();
    }

    [Theory]
    [InlineData(7L, null)]
    [InlineData(0L, 5L)]
    [InlineData(null, null)]
    public async Task Cached_tokens_are_in_rows_lines_views_and_sums_where_the_server_says_them(long? policy, long? reward)
    {
        var job = await EnqueueAsync(4);
        await CompleteAsync(await ClaimOneAsync(), result => Cached(result, policy, reward));
        await CompleteAsync(await ClaimOneAsync(), result => Cached(result, policy, reward));

        await foreach (var line in Queries.UsageAsync(job, batchNo: null, Ct))
        {
            Assert.Equal((policy, reward), (line.Policy.CachedTokens, line.Reward!.CachedTokens));
            Assert.Equal(policy is not null, JsonSerializer.Serialize(line.Policy, ContractsJson.Lines).Contains("cached_tokens"));
        }

        await AssertSumsAsync(job, 4 * policy, 4 * reward);
        Assert.Equal((policy, reward), await RowAsync<long?, long?>(
            $"SELECT policy_cached_tokens, reward_cached_tokens FROM v_usage WHERE job_id = {job} LIMIT 1"));
    }

    [Fact]
    public async Task A_job_s_cached_tokens_are_not_known_while_a_problem_with_evaluated_tokens_has_none()
    {
        var job = await EnqueueAsync(4);
        await CompleteAsync(await ClaimOneAsync(), result => Cached(result, 7, 5));
        var lease = await ClaimOneAsync();
        var unknown = (await Problems.LoadPendingAsync(lease, Ct)).Select((problem, i) => i == 0
            ? Result(lease, problem, "the server went away") // a search without any step: nothing is missing
                with
            { Usage = new() { CustomId = problem.Spec.CustomId, JobId = job, BatchNo = lease.BatchNo, Reward = new() } }
            : Cached(Result(lease, problem, "the server went away"), 7, null));
        Assert.True(await Results.CompleteAsync(lease, [.. unknown], Ct));
        await AssertSumsAsync(job, 21, null);

        Assert.Equal(1, await Jobs.RetryAsync(job, Ct));
        await AssertSumsAsync(job, 14, 10);
    }

    [Theory]
    [InlineData(6, null, 6L)]
    [InlineData(6, 4, 10L)]
    [InlineData(null, 4, null)]
    public async Task A_discarded_batch_s_cached_tokens_are_those_of_its_stored_steps(int? first, int? free, long? sum)
    {
        await EnqueueAsync(2);
        var lease = await ClaimOneAsync();
        await StoreAsync(lease, (await Problems.LoadPendingAsync(lease, Ct))[0].ProblemId,
            Policy(Node(1), new(2, 1, 0) { Cached = first }), Policy(Node(2), new(0, 0, 0) { Cached = free }));
        await ExecuteAsync("UPDATE batches SET fruitless = max_attempts, attempt = 4 * max_attempts");
        Assert.True(await Leases.FailAsync(lease, "broken", TimeSpan.Zero, Ct));

        Assert.Equal((sum, null), await RowAsync<long?, long?>(
            "SELECT policy_cached_tokens, reward_cached_tokens FROM usage WHERE nodes > 0"));
        await AssertSoundAsync("usage_sums");
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task A_discarded_batch_s_device_seconds_are_known_only_of_models_of_the_worker(bool policy, bool reward)
    {
        await EnqueueAsync(2);
        var lease = await ClaimOneAsync();
        Assert.NotNull(await new EnvironmentStore(Database.DataSource).BeginAsync(lease, Environment(policy, reward), Ct));
        await StoreAsync(lease, (await Problems.LoadPendingAsync(lease, Ct))[0].ProblemId, Node(1));
        await ExecuteAsync("UPDATE batches SET fruitless = max_attempts, attempt = 4 * max_attempts");
        Assert.True(await Leases.FailAsync(lease, "broken", TimeSpan.Zero, Ct));

        Assert.Equal((policy ? null : 0.25, reward ? null : 0.5), await RowAsync<double?, double?>(
            "SELECT policy_device_seconds, reward_device_seconds FROM usage WHERE nodes > 0"));
    }

    [Fact]
    public async Task The_server_is_stored_with_the_attempt()
    {
        var job = await EnqueueAsync(2);
        var environments = new EnvironmentStore(Database.DataSource);
        Assert.NotNull(await environments.BeginAsync(await ClaimOneAsync(), Environment(true, false), Ct));
        var stored = Assert.Single(await environments.OfAttemptsAsync(job, Ct));
        Assert.Equal((s_server, null), (stored.Policy.Server, stored.Reward!.Server));
        Assert.Equal("mistral-7b", await ScalarAsync<string>("SELECT content #>> '{policy,server,model}' FROM environments"));
        // As before for a model of the worker, so that its environments keep their hashes.
        Assert.False(await ScalarAsync<bool>("SELECT content -> 'reward' ? 'server' FROM environments"));
    }

    async Task AssertSumsAsync(long job, long? policy, long? reward)
    {
        var totals = (await Queries.TotalsAsync(job, Ct))!;
        Assert.Equal((policy, reward), (totals.Policy.CachedTokens, totals.Reward!.CachedTokens));
        Assert.Equal((policy, reward), await RowAsync<long?, long?>(
            $"SELECT policy_cached_tokens, reward_cached_tokens FROM v_cost WHERE job_id = {job}"));
        await AssertSoundAsync();
    }

    async Task AssertSoundAsync(string check = "job_sums")
    {
        using var folder = new TemporaryFolder();
        var findings = await new Verifier(Database.DataSource, new FolderResultBlobs(folder.Path)).RunAsync(TimeSpan.Zero, Ct);
        // Results of this suite have no stored steps, so their usage is of none; the sums over usage must hold.
        Assert.Equal(0, findings.Single(finding => finding.Check == check).Faults);
    }

    async Task<(T1, T2)> RowAsync<T1, T2>(string sql)
    {
        await using var connection = await Database.DataSource.OpenConnectionAsync(Ct);
        return await Dapper.SqlMapper.QuerySingleAsync<(T1, T2)>(connection, sql);
    }
}
