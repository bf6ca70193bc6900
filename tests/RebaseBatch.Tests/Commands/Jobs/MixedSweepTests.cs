using RebaseBatch.Inference.Catalog;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Commands.Jobs;

/// <summary>Jobs whose models are partly in the worker and partly on servers.</summary>
public sealed class MixedSweepTests(PostgresServer server)
{
    const string Policy = "tiny-math-policy-s", Reward = "tiny-math-prm";

    [Fact]
    public async Task A_sweep_of_local_and_served_models_completes_and_books_each_as_what_it_is()
    {
        await using var policy = await ModelServer.StartAsync(new(RemoteKind.SGLang, Policy));
        await using var reward = await ModelServer.StartAsync(new(RemoteKind.LlamaServer, Reward));
        await using var bench = await CommandBench.CreateAsync(server);
        Dictionary<string, ModelOptions> served = new()
        {
            ["p"] = Served(policy.Address, "sglang", Policy), ["r"] = Served(reward.Address, "llama-server", Reward),
        };
        foreach (var (name, options) in served)
        {
            bench.Variables[$"Rebase__Models__{name}__Endpoint"] = options.Endpoint!;
            bench.Variables[$"Rebase__Models__{name}__Kind"] = options.Kind!;
            bench.Variables[$"Rebase__Models__{name}__Parameters"] = "7e9";
            bench.Variables[$"Rebase__Models__{name}__Vocabulary"] = options.Vocabulary!;
        }

        bench.Folder.Write("set.jsonl", """
            {"question":"Mia has 3 books. She buys 4 books. How many books does Mia have?","answer":"#### 7"}
            {"question":"Tom has 9 coins. He loses 2 coins. How many coins does Tom have?","answer":"#### 7"}
            """);
        bench.Folder.Write("mixed.yaml", $"""
            datasets: set.jsonl
            policies: [{Policy}, p]
            rewards: [{Reward}, r]
            strategies:
              - strategy: rebase
                widths: [4]
            settings:
              max_device_seconds_per_job: 1000
            """);
        var results = Path.Combine(bench.Folder.Path, "results");
        await using var worker = await WorkerInProcess.StartAsync(bench.DataSource, results, options =>
        {
            foreach (var (name, model) in served) options.Models[name] = model;
        });

        var run = await bench.RunAsync("jobs", "enqueue", "--sweep", "mixed.yaml");

        Assert.True(run.Code is ExitCode.Ok, run.Error);
        Assert.Contains("max_device_seconds_per_job has no effect on 'p' and 'r'", run.Error, StringComparison.Ordinal);
        var ledger = new Ledger(bench.DataSource);
        for (var job = 1; job <= 4; job++) Assert.Equal(2, (await ledger.EndedAsync(job)).Answered);
        await ledger.AssertWholeAsync(8, results);
        Assert.Equal(4, await ledger.CountAsync("""
            SELECT count(DISTINCT (c.policy, c.reward))
            FROM v_cost c JOIN (
                SELECT job_id, sum(policy_sampled_tokens) AS sampled, sum(policy_cached_tokens) AS policy_cached,
                    sum(reward_cached_tokens) AS reward_cached, sum(policy_device_seconds) AS policy_seconds,
                    sum(reward_device_seconds) AS reward_seconds
                FROM v_usage GROUP BY 1) u USING (job_id)
            WHERE (c.sampled_tokens, c.policy_cached_tokens, c.reward_cached_tokens)
                    IS NOT DISTINCT FROM (u.sampled, u.policy_cached, u.reward_cached)
                AND (c.policy = 'p', c.reward = 'r') = (u.policy_seconds IS NULL, u.reward_seconds IS NULL)
                AND (c.policy = 'p', c.reward = 'r') = (c.policy_device_seconds IS NULL, c.reward_device_seconds IS NULL)
                AND (c.policy = 'p', c.reward = 'r') = (c.policy_cached_tokens > 0 IS TRUE, c.reward_cached_tokens > 0 IS TRUE)
            """));
        // With what the load of the models has asked.
        Assert.InRange(await ledger.CountAsync("SELECT sum(policy_cached_tokens) FROM v_cost"), 1, policy.Tokens.Cached);
        Assert.InRange(await ledger.CountAsync("SELECT sum(reward_cached_tokens) FROM v_cost"), 1, reward.Tokens.Cached);
    }

    [Fact]
    public async Task A_limit_of_device_seconds_says_when_it_has_no_effect_on_a_model()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        bench.Folder.Write("set.jsonl", """{"question":"What is 1?","answer":"#### 1"}""" + "\n");
        bench.Variables["Rebase__Models__p__Endpoint"] = "http://127.0.0.1:1";
        bench.Variables["Rebase__Models__p__Kind"] = "vllm";
        bench.Variables["Rebase__Models__p__Parameters"] = "7e9";
        bench.Variables["Rebase__Models__p__Vocabulary"] = Support.Llama.Models.PathOf(Policy);

        Assert.Contains("max_device_seconds_per_job has no effect on 'p':", await EnqueueAsync("p", "--max-device-seconds-per-job", "9"),
            StringComparison.Ordinal);
        Assert.DoesNotContain("no effect", await EnqueueAsync("p"), StringComparison.Ordinal);
        Assert.DoesNotContain("no effect", await EnqueueAsync(Policy, "--max-device-seconds-per-job", "9"), StringComparison.Ordinal);

        async Task<string> EnqueueAsync(string policy, params string[] options)
        {
            var run = await bench.RunAsync(["jobs", "enqueue", "set.jsonl", "--policy", policy, "--reward", Reward, .. options]);
            Assert.True(run.Code is ExitCode.Ok, run.Error);
            return run.Error;
        }
    }

    static ModelOptions Served(Uri address, string kind, string model) => new()
    {
        Endpoint = address.AbsoluteUri, Kind = kind, Parameters = 7e9, Vocabulary = Support.Llama.Models.PathOf(model),
    };
}
