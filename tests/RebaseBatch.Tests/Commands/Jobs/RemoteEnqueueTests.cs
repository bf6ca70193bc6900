using System.Text;
using System.Text.Json;
using Dapper;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Commands.Jobs;

/// <summary>Datasets and models that are named by an address.</summary>
public sealed class RemoteEnqueueTests(PostgresServer server) : IAsyncLifetime
{
    const string Lines = """
        {"question":"1+1?","answer":"#### 2"}
        {"question":"2+2?","answer":"#### 4"}

        """;

    static readonly string[] s_models = ["--policy", "tiny-math-policy-s", "--reward", "tiny-math-prm"];

    CommandBench _bench = null!;
    FileServer _server = null!;

    string Dataset => _server.UriOf("sets/math%20test.jsonl?sv=1&sig=secret");

    public async ValueTask InitializeAsync() => (_bench, _server) =
        (await CommandBench.CreateAsync(server), await FileServer.StartAsync(Encoding.UTF8.GetBytes(Lines)));

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _bench.DisposeAsync();
    }

    Task<CommandRun> EnqueueAsync(params string[] args) => _bench.RunAsync(["jobs", "enqueue", .. args]);

    async Task<T> ScalarAsync<T>(string sql)
    {
        await using var connection = await _bench.DataSource.OpenConnectionAsync(TestContext.Current.CancellationToken);
        return (await connection.ExecuteScalarAsync<T>(sql))!;
    }

    async Task AssertNoSecretAsync(params CommandRun[] runs)
    {
        Assert.All(runs, run => Assert.DoesNotContain("secret", run.Out + run.Error, StringComparison.Ordinal));
        Assert.DoesNotContain("secret", await ScalarAsync<string>("""
            SELECT concat((SELECT json_agg(j) FROM jobs j), (SELECT json_agg(s) FROM sweeps s),
                (SELECT json_agg(s) FROM schedules s), (SELECT json_agg(p) FROM problems p))
            """), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dataset_is_taken_from_its_address_and_named_by_it()
    {
        _server.Meet(new() { CutAfter = 20 });
        var run = await EnqueueAsync([Dataset, .. s_models]);
        Assert.True(run.Code == ExitCode.Ok, run.Error);
        Assert.Equal(2, _server.Requests.Count);
        Assert.Equal("math test.jsonl", await ScalarAsync<string>("SELECT dataset_name FROM jobs"));
        Assert.Equal("math test-1,math test-2",
            await ScalarAsync<string>("SELECT string_agg(custom_id, ',' ORDER BY ordinal) FROM problems"));
        await AssertNoSecretAsync(run);
    }

    [Fact]
    public async Task A_bad_line_is_named_by_the_address_and_its_number()
    {
        _server.Content = Encoding.UTF8.GetBytes(Lines + "nothing\n");
        var run = await EnqueueAsync([Dataset, .. s_models]);
        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.StartsWith($"rebase: {Dataset.Split('?')[0]}?***, line 3: not valid JSON", run.ErrorLines[0], StringComparison.Ordinal);
        Assert.Equal(0, await ScalarAsync<long>("SELECT count(*) FROM jobs"));

        var skipped = await EnqueueAsync([Dataset, "--skip-invalid", .. s_models]);
        Assert.Equal(ExitCode.Ok, skipped.Code);
        await AssertNoSecretAsync(run, skipped);
    }

    [Theory]
    [InlineData(404, 3)]
    [InlineData(403, 6)]
    public async Task A_dataset_that_cannot_be_had_is_named(int status, int code)
    {
        _server.Meet(new() { Status = status });
        var run = await EnqueueAsync([Dataset, .. s_models]);
        Assert.Equal((ExitCode)code, run.Code);
        Assert.Contains($"{Dataset.Split('?')[0]}?***", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        _server.Meet(new() { Status = status });
        await AssertNoSecretAsync(run, await EnqueueAsync([Dataset, "--verbose", .. s_models]));
    }

    [Fact]
    public async Task A_dataset_may_state_what_it_must_be()
    {
        var sha256 = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(_server.Content));
        Assert.Equal(ExitCode.Ok, (await EnqueueAsync([$"{Dataset}#sha256={sha256}", .. s_models])).Code);
        var run = await EnqueueAsync([$"{Dataset}#sha256={new string('0', 64)}", .. s_models]);
        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains(sha256, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_is_known_by_its_stated_hash_and_not_fetched()
    {
        var set = _bench.Folder.Write("set.jsonl", Lines);
        await EnqueueAsync([set, .. s_models]);
        var run = await EnqueueAsync(set, "--policy", BundledFile.Reference(_server.UriOf("p.gguf"), "tiny-math-policy-s"), "--reward",
            BundledFile.Reference(_server.UriOf("r.gguf"), "tiny-math-prm"));
        Assert.True(run.Code == ExitCode.Ok, run.Error);
        Assert.Empty(_server.Requests);
        // The same weights, wherever they lie: the same inputs.
        Assert.Equal(1, await ScalarAsync<long>("SELECT count(DISTINCT inputs_sha256) FROM jobs"));
        Assert.Equal(2, await ScalarAsync<long>("SELECT count(*) FROM jobs"));
    }

    [Theory]
    [InlineData("?sig=secret", "Rebase:Blobs")]
    [InlineData("?sig=secret#sha256=0000000000000000000000000000000000000000000000000000000000000000", "Rebase:Blobs")]
    [InlineData("", "#sha256=")]
    [InlineData("#sha256=12", "#sha256=")]
    public async Task A_model_that_a_job_may_not_name_so_is_refused_with_the_way_out(string tail, string told)
    {
        var set = _bench.Folder.Write("set.jsonl", Lines);
        foreach (var elsewhere in new[] { [], new[] { "--models-elsewhere" } })
        {
            var policy = await EnqueueAsync([set, "--policy", $"https://h/m.gguf{tail}", "--reward", "tiny-math-prm", .. elsewhere]);
            var reward = await EnqueueAsync([set, "--policy", "tiny-math-policy-s", "--reward", $"https://h/m.gguf{tail}", .. elsewhere]);
            Assert.Equal((ExitCode.BadInput, ExitCode.BadInput), (policy.Code, reward.Code));
            Assert.StartsWith("rebase: --policy: ", Assert.Single(policy.ErrorLines), StringComparison.Ordinal);
            Assert.StartsWith("rebase: --reward: ", Assert.Single(reward.ErrorLines), StringComparison.Ordinal);
            Assert.Contains(told, policy.Error, StringComparison.Ordinal);
            await AssertNoSecretAsync(policy, reward);
        }
    }

    [Fact]
    public async Task A_sweep_and_a_schedule_take_datasets_from_their_addresses_and_store_no_signature()
    {
        _bench.Folder.Write("night.yaml", $"""
            datasets: "{Dataset}"
            policies: "{BundledFile.Reference(_server.UriOf("p.gguf"), "tiny-math-policy-s")}"
            rewards: tiny-math-prm
            strategies: [greedy, rebase]
            """);
        var dry = await EnqueueAsync("--sweep", "night.yaml", "--dry-run", "--format", "json");
        Assert.True(dry.Code == ExitCode.Ok, dry.Error);
        var row = JsonDocument.Parse(dry.Out).RootElement[0];
        Assert.Equal(("math test.jsonl", "p.gguf"), (row.GetProperty("dataset").GetString(), row.GetProperty("policy").GetString()));

        var sweep = await EnqueueAsync("--sweep", "night.yaml");
        Assert.True(sweep.Code == ExitCode.Ok, sweep.Error);
        Assert.Equal(Dataset.Split('?')[0], await ScalarAsync<string>("SELECT spec->'datasets'->0->>'path' FROM sweeps"));
        Assert.Equal(2, await ScalarAsync<long>("SELECT count(*) FROM jobs WHERE dataset_name = 'math test.jsonl'"));

        var schedule = await _bench.RunAsync("schedules", "add", "nightly", "--cron", "0 1 * * *", "--sweep", "night.yaml");
        var run = await _bench.RunAsync("schedules", "run-now", "nightly");
        Assert.True(schedule.Code == ExitCode.Ok && run.Code == ExitCode.Ok, schedule.Error + run.Error);
        await AssertNoSecretAsync(dry, sweep, schedule, run);
        Assert.All(_server.Requests, request => Assert.EndsWith("sig=secret", request.Path, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_sweep_never_stores_a_signed_model_even_one_that_no_job_uses()
    {
        _bench.Folder.Write("set.jsonl", Lines);
        _bench.Folder.Write("night.yaml", """
            datasets: set.jsonl
            policies: tiny-math-policy-s
            rewards: "https://h/m.gguf?sig=secret"
            strategies: greedy
            """);
        var run = await EnqueueAsync("--sweep", "night.yaml");
        Assert.Equal(ExitCode.BadInput, run.Code);
        await AssertNoSecretAsync(run);
    }
}
