using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Dapper;
using RebaseBatch.Platform.Errors;
using Xunit;
using YamlDotNet.Serialization;

namespace RebaseBatch.Tests.Commands.Results;

/// <summary>Jobs as files of Every Eval Ever, of Inspect and of the Hugging Face Hub.</summary>
public sealed class ToolExportTests(PostgresServer server)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_Eval_Ever_has_a_record_and_its_samples()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var job = await SolvedAsync(bench, name: "../gsm8k/test set");

        var run = await bench.RunAsync("results", "export", $"{job}", "--format", "eee", "-o", "out", "--model-id", "acme/tiny math",
            "--organization", "Acme", "--relationship", "first-party", "--hub-dataset", "openai/gsm8k");

        Assert.Equal((ExitCode.Ok, "", ""), (run.Code, run.Out, run.Error));
        var files = Files(bench, "out");
        Assert.Equal(2, files.Count);
        var key = await ScalarAsync<Guid>(bench, "SELECT job_key FROM jobs WHERE job_id = @job", new { job });
        const string Folder = "data/_gsm8k_test_set/acme/tiny_math";
        Assert.Equal([$"{Folder}/{key}.json", $"{Folder}/{key}_samples.jsonl"], files.Keys);
        var (record, samples) = (JsonNode.Parse(files.Values[0])!, Lines(files.Values[1]));
        EveryEvalEverRules.Check(record, samples);

        Assert.Equal(["../gsm8k/test set/majority", "../gsm8k/test set"],
            record["evaluation_results"]!.AsArray().Select(result => result!["evaluation_name"]!.GetValue<string>()));
        var own = record["evaluation_results"]![1]!;
        Assert.Equal("weighted_last", own["evaluation_result_id"]!.GetValue<string>());
        Assert.Equal(2 / 3.0, own["score_details"]!["score"]!.GetValue<double>());
        Assert.Equal("1", own["score_details"]!["details"]!["failed"]!.GetValue<string>());
        Assert.Equal("openai/gsm8k", own["source_data"]!["hf_repo"]!.GetValue<string>());
        // The failed problem is no sample: the mean of the samples is the score.
        Assert.Equal([1, 0, 1], samples.Select(sample => sample["evaluation"]!["score"]!.GetValue<int>()));
        Assert.Equal(["Was ist „½“? 🧮", "The answer is: 1"],
            [samples[0]["input"]!["raw"]!.GetValue<string>(), samples[0]["output"]!["raw"]![0]!.GetValue<string>()]);
        var details = record["detailed_evaluation_results"]!;
        Assert.Equal((files.Keys[1], 3, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(files.Values[1])))),
            (details["file_path"]!.GetValue<string>(), details["total_rows"]!.GetValue<int>(), details["checksum"]!.GetValue<string>()));

        // Again: the same names, so the same two files.
        Assert.Equal((ExitCode.Ok, ""), await CodeAndErrorAsync(
            bench, "results", "export", $"{job}", "--format", "eee", "-o", "out", "--model-id", "acme/tiny math"));
        Assert.Equal(files.Keys, Files(bench, "out").Keys);
    }

    [Fact]
    public async Task A_job_whose_models_are_on_servers_has_no_device_seconds_and_no_weights()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var job = await SolvedAsync(bench);
        await ExecuteAsync(bench, """
            INSERT INTO environments (sha256, policy_sha256, content) VALUES ('ab', 'cd', '{
                "program":"0.9.0","runtime":"llama_cpp","runtime_build":"b1","devices":[],
                "policy":{"sha256":"cd","quantisation":"","gpu_layers":0,"kv_cache":"","flash_attention":false,"contexts":0,
                    "threads_per_call":0,
                    "server":{"kind":"vllm","version":"0.11.0","model":"m","revision":null,"endpoints":2}},"reward":null}');
            UPDATE usage SET environment_ids = ARRAY(SELECT environment_id FROM environments), policy_device_seconds = NULL
            WHERE job_id = @job
            """, new { job });

        foreach (var format in (string[])["eee", "inspect"])
            Assert.Equal((ExitCode.Ok, ""),
                await CodeAndErrorAsync(bench, "results", "export", $"{job}", "--format", format, "-o", format));

        var eee = Files(bench, "eee");
        var (record, samples) = (JsonNode.Parse(eee.Values[0])!, Lines(eee.Values[1]));
        EveryEvalEverRules.Check(record, samples);
        Assert.Equal(("vllm", "0.11.0"), (record["model_info"]!["inference_engine"]!["name"]!.GetValue<string>(),
            record["model_info"]!["inference_engine"]!["version"]!.GetValue<string>()));
        Assert.Equal("unknown", record["model_info"]!["additional_details"]!["deployment_type"]!.GetValue<string>());
        Assert.False(samples[0]["performance"]!["additional_details"]!.AsObject().ContainsKey("policy_device_seconds"));
        var log = JsonNode.Parse(Files(bench, "inspect").Values.Single())!;
        InspectRules.Check(log);
        Assert.Null(log["samples"]![0]!["metadata"]!["policy_device_seconds"]);
    }

    [Fact]
    public async Task Inspect_has_a_log_a_job_with_a_sample_a_problem()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var job = await SolvedAsync(bench, name: "a_b; rm -rf /");

        var run = await bench.RunAsync("results", "export", $"{job}", "--format", "inspect", "-o", "logs");

        Assert.Equal((ExitCode.Ok, "", ""), (run.Code, run.Out, run.Error));
        var (name, text) = Assert.Single(Files(bench, "logs"));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\+00-00_a-b--rm--rf--_[0-9a-f]{32}\.json$", name);
        var log = JsonNode.Parse(text)!;
        InspectRules.Check(log);
        Assert.Equal(("success", 4, 3), (log["status"]!.GetValue<string>(), log["results"]!["total_samples"]!.GetValue<int>(),
            log["results"]!["completed_samples"]!.GetValue<int>()));
        Assert.Equal(["weighted_last", "majority"],
            log["results"]!["scores"]!.AsArray().Select(score => score!["name"]!.GetValue<string>()));
        Assert.Equal(2 / 3.0, log["results"]!["scores"]![0]!["metrics"]!["accuracy"]!["value"]!.GetValue<double>());
        var samples = log["samples"]!.AsArray();
        Assert.Equal(["C", "N", "C", null], samples.Select(sample => sample!["scores"]?["weighted_last"]!["value"]!.GetValue<string>()));
        Assert.Equal("the model gave up", samples[3]!["error"]!["message"]!.GetValue<string>());
        Assert.Equal("Was ist „½“? 🧮", samples[0]!["messages"]![0]!["content"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_Hub_has_an_entry_a_completed_job_with_the_accuracy_of_its_own_vote()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var job = await SolvedAsync(bench, problems: 12);
        var failed = await SolvedAsync(bench);
        var cancelled = await bench.EnqueueAsync(4, "--batch-size", "2");
        await bench.AnswerAllAsync(problem => problem.Spec.CustomId.EndsWith('1') ? problem.Spec.GoldAnswer : null);
        await ExecuteAsync(bench, "UPDATE jobs SET state = 'cancelled' WHERE job_id = @cancelled", new { cancelled });

        var run = await bench.RunAsync("results", "export", "--format", "hf", "--hub-dataset", "openai/gsm8k", "--hub-task", "gsm8k: \"x\"",
            "--source-url", "https://example.org/a?b=c#d");

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.Equal(
            [
                $"1 of 4 problems of job {failed} failed, more than a tenth: it is left out",
                $"job {cancelled} was cancelled, so its accuracy is not the benchmark's: it is left out",
            ], run.ErrorLines);
        var entry = Assert.Single(new DeserializerBuilder().Build().Deserialize<List<Dictionary<string, object>>>(run.Out));
        var dataset = (Dictionary<object, object>)entry["dataset"];
        Assert.Equal(("openai/gsm8k", "gsm8k: \"x\"", "0.9091"), (dataset["id"], dataset["task_id"], entry["value"]));
        Assert.Equal("https://example.org/a?b=c#d", ((Dictionary<object, object>)entry["source"])["url"]);
        Assert.Equal("rebase search, 4 solutions, weighted_last vote, reward model tiny-math-prm; 10 of 11 right, 1 failed and not counted",
            entry["notes"]);
        Assert.Matches(@"^\d{4}-\d\d-\d\d$", (string)entry["date"]);
        Assert.Contains("  value: 90.91\n", (await bench.RunAsync("results", "export", $"{job}", "--format", "hf", "--percent",
            "--hub-dataset", "a/b", "--hub-task", "c")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_can_not_be_exported_is_explained()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var job = await bench.EnqueueAsync(2);

        Assert.Equal("rebase: this format is a file or more for each job: name a folder with -o FOLDER", await ErrorAsync("eee"));
        Assert.Equal($"rebase: job {job} has not ended: wait for it ('rebase jobs watch {job}'), or cancel it",
            await ErrorAsync("inspect", "-o", "x"));
        Assert.StartsWith("rebase: --format hf needs --hub-dataset and --hub-task", await ErrorAsync("hf", "--hub-task", "c"),
            StringComparison.Ordinal);
        Assert.Equal("rebase: --view says nothing to --format inspect: leave it out, or choose another format",
            await ErrorAsync("inspect", "-o", "x", "--view", "nodes"));
        Assert.Equal("rebase: --percent says nothing to --format csv: leave it out, or choose another format",
            await ErrorAsync("csv", "--percent"));
        Assert.Equal(ExitCode.Ok, (await bench.RunAsync("jobs", "cancel", $"{job}")).Code);
        Assert.Equal($"job {job} has no graded answer: it is left out", await ErrorAsync("eee", "-o", "x"));
        Assert.Empty(Files(bench, "x"));

        // A log shows a job without an answer too.
        Assert.Equal((ExitCode.Ok, ""), await CodeAndErrorAsync(bench, "results", "export", $"{job}", "--format", "inspect", "-o", "x"));
        var log = JsonNode.Parse(Files(bench, "x").Values.Single())!;
        InspectRules.Check(log);
        Assert.Equal(("cancelled", 0), (log["status"]!.GetValue<string>(), log["samples"]!.AsArray().Count));

        async Task<string> ErrorAsync(string format, params string[] args)
        {
            var run = await bench.RunAsync(["results", "export", $"{job}", "--format", format, .. args]);
            Assert.Equal((ExitCode.BadInput, ""), (run.Code, run.Out));
            return run.ErrorLines[0];
        }
    }

    /// <summary>A completed job: the second of its problems has no answer, the fourth failed, and the others are right.</summary>
    static async Task<long> SolvedAsync(CommandBench bench, string name = "gsm8k", int problems = 4)
    {
        var job = await bench.EnqueueAsync(problems);
        await bench.AnswerAllAsync(problem => problem.Spec.GoldAnswer is "4" ? null : problem.Spec.GoldAnswer);
        await ExecuteAsync(bench, """
            UPDATE jobs SET dataset_name = @name WHERE job_id = @job;
            UPDATE problems SET question = 'Was ist „½“? 🧮', level = 2 WHERE job_id = @job AND ordinal = 0;
            UPDATE answers SET answer = NULL, correct = false, unanswered_cause = 'no_answer_found',
                votes = '[{"method":"majority","aggregation":null,"answer":null,"correct":false,"share":0},
                    {"method":"weighted","aggregation":"last","answer":null,"correct":false,"share":0}]'
            WHERE job_id = @job AND problem_id = (SELECT problem_id FROM problems WHERE job_id = @job AND ordinal = 1)
            """, new { job, name });
        return job;
    }

    static SortedList<string, string> Files(CommandBench bench, string folder)
    {
        var path = Path.Combine(bench.Folder.Path, folder);
        if (!Directory.Exists(path)) return [];
        return new(Directory.GetFiles(path, "*", SearchOption.AllDirectories).ToDictionary(
            file => Path.GetRelativePath(path, file).Replace('\\', '/'), File.ReadAllText), StringComparer.Ordinal);
    }

    static List<JsonNode> Lines(string text) =>
        [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];

    static async Task<(ExitCode, string)> CodeAndErrorAsync(CommandBench bench, params string[] args)
    {
        var run = await bench.RunAsync(args);
        return (run.Code, run.Error);
    }

    static async Task ExecuteAsync(CommandBench bench, string sql, object parameters)
    {
        await using var connection = await bench.DataSource.OpenConnectionAsync(Ct);
        await connection.ExecuteAsync(sql, parameters);
    }

    static async Task<T> ScalarAsync<T>(CommandBench bench, string sql, object parameters)
    {
        await using var connection = await bench.DataSource.OpenConnectionAsync(Ct);
        return (await connection.ExecuteScalarAsync<T>(sql, parameters))!;
    }
}
