using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using RebaseBatch.Contracts;

namespace RebaseBatch.Evaluation.Exports;

/// <summary>
/// A job as a log of Inspect (https://inspect.aisi.org.uk/eval-logs.html), version 2 of its JSON form: <c>inspect view</c> shows it, and
/// <c>read_eval_log</c> reads it. Each problem is a sample, each vote a scorer, each finished solution a choice of the output.
/// </summary>
static class InspectLog
{
    // As in our own files, and no number may be NaN.
    static readonly JsonWriterOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The file's name: Inspect takes only JSON files for logs that begin with a time.</summary>
    public static string NameOf(ExportedJob job)
    {
        var started = (job.StartedAt ?? job.EnqueuedAt).UtcDateTime.ToString("yyyy-MM-dd'T'HH-mm-ss", CultureInfo.InvariantCulture);
        return $"{started}+00-00_{PortableName.Of(job.Dataset).Replace('_', '-')}_{job.Key:n}.json";
    }

    /// <summary>Writes each sample when it arrives, so memory does not grow with the number of answers.</summary>
    public static async Task WriteAsync(
        Stream output, ExportedJob job, IAsyncEnumerable<ExportedAnswer> answers, CancellationToken ct)
    {
        await using var json = new Utf8JsonWriter(output, s_json);
        json.WriteStartObject();
        foreach (var (name, value) in Head(job))
        {
            json.WritePropertyName(name);
            if (value is null) json.WriteNullValue();
            else value.WriteTo(json);
        }
        json.WriteStartArray("samples");
        await foreach (var answer in answers.WithCancellation(ct))
        {
            InspectSample.Of(job, answer).WriteTo(json);
            await json.FlushAsync(ct);
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static JsonObject Usage(ModelUsage usage) => new()
    {
        ["input_tokens"] = usage.PromptTokens, ["output_tokens"] = usage.SampledTokens,
        ["total_tokens"] = usage.PromptTokens + usage.SampledTokens,
    };

    /// <summary>Usage by model; the reward model's own tokens are its prompts.</summary>
    public static JsonObject UsageByModel(string policy, ModelUsage ofPolicy, string? reward, ModelUsage? ofReward)
    {
        var usage = new JsonObject { [policy] = Usage(ofPolicy) };
        if (reward is not null && ofReward is not null && reward != policy) usage[reward] = Usage(ofReward);
        return usage;
    }

    // All that stands in front of the samples. Inspect itself writes them behind it too.
    static JsonObject Head(ExportedJob job) => new()
    {
        ["version"] = 2,
        ["status"] = job.Outcome is JobOutcome.Cancelled ? "cancelled" : "success",
        ["eval"] = Eval(job),
        ["plan"] = new JsonObject
        {
            ["name"] = "plan",
            ["steps"] = new JsonArray(new JsonObject
            {
                ["solver"] = StoredNames.Of(job.Spec.Strategy), ["params"] = Settings(job.Spec), ["params_passed"] = Settings(job.Spec),
            }),
            ["config"] = Generation(job.Spec),
        },
        ["results"] = new JsonObject
        {
            ["total_samples"] = job.Problems, ["completed_samples"] = job.Answered - job.Failed,
            ["scores"] = new JsonArray(
                [.. job.Votes.Where(vote => vote.Graded > 0).OrderByDescending(vote => vote == job.Own).Select(Score)]),
        },
        ["stats"] = new JsonObject
        {
            ["started_at"] = Time(job.StartedAt ?? job.EnqueuedAt), ["completed_at"] = Time(job.FinishedAt),
            ["model_usage"] = UsageByModel(job.Spec.Policy, job.Policy, job.Spec.Reward, job.Reward),
            ["role_usage"] = new JsonObject(), ["connection_limit_history"] = new JsonArray(),
        },
        ["error"] = null,
        ["invalidated"] = false,
        ["tags"] = new JsonArray(),
        ["metadata"] = Metadata(job),
    };

    static JsonObject Eval(ExportedJob job) => new()
    {
        ["eval_id"] = job.Key.ToString("n"), ["run_id"] = job.Key.ToString("n"), ["created"] = Time(job.EnqueuedAt),
        ["task"] = job.Dataset, ["task_id"] = job.Key.ToString("n"), ["task_version"] = 0,
        ["task_attribs"] = new JsonObject(), ["task_args"] = new JsonObject(), ["task_args_passed"] = new JsonObject(),
        ["solver"] = StoredNames.Of(job.Spec.Strategy), ["solver_args"] = Settings(job.Spec), ["solver_args_passed"] = Settings(job.Spec),
        ["dataset"] = new JsonObject { ["name"] = job.Dataset, ["samples"] = job.Problems },
        ["model"] = job.Spec.Policy, ["model_generate_config"] = Generation(job.Spec), ["model_args"] = new JsonObject(),
        ["config"] = new JsonObject { ["epochs"] = 1 },
        ["packages"] = job.Environments.Count > 0 ? new JsonObject { ["rebase-batch"] = job.Environments[^1].Program } : new JsonObject(),
        ["metadata"] = Metadata(job),
    };

    static JsonObject Metadata(ExportedJob job) => new()
    {
        ["job_id"] = job.JobId, ["job_name"] = job.Spec.Name, ["state"] = StoredNames.Of(job.Outcome), ["failed"] = job.Failed,
        ["dataset_sha256"] = job.DatasetSha256, ["policy_sha256"] = job.Policy.Sha256, ["reward_model"] = job.Spec.Reward,
        ["reward_sha256"] = job.Reward?.Sha256,
        ["environments"] = new JsonArray(
            [.. job.Environments.Select(environment => JsonSerializer.SerializeToNode(environment, ContractsJson.Default.RunEnvironment))]),
    };

    static JsonObject Generation(JobSpec spec) => new()
    {
        ["max_tokens"] = spec.MaxSolutionTokens, ["temperature"] = spec.Temperature, ["top_p"] = spec.TopP,
        ["top_k"] = spec.TopK > 0 ? spec.TopK : null, ["seed"] = spec.Seed, ["num_choices"] = spec.Width,
    };

    static JsonObject Score(AccuracyRecord vote)
    {
        var name = ExportedJob.NameOf(vote.Method, vote.Aggregation);
        return new()
        {
            ["name"] = name, ["scorer"] = name, ["scored_samples"] = vote.Graded, ["params"] = new JsonObject(),
            ["metrics"] = new JsonObject
            {
                ["accuracy"] = Metric("accuracy", vote.Accuracy),
                // Inspect's own: of the sample, with n - 1.
                ["stderr"] = Metric("stderr", vote.Graded > 1 ? Math.Sqrt(vote.Accuracy * (1 - vote.Accuracy) / (vote.Graded - 1)) : 0),
            },
        };
    }

    static JsonObject Metric(string name, double value) => new() { ["name"] = name, ["value"] = value, ["params"] = new JsonObject() };

    static JsonObject Settings(JobSpec spec) => JsonSerializer.SerializeToNode(spec, ContractsJson.Default.JobSpec)!.AsObject();

    public static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'+00:00'", CultureInfo.InvariantCulture);
}
