using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using RebaseBatch.Contracts;
using RebaseBatch.Core.Statistics;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Evaluation.Exports;

/// <summary>
/// A job as a record of Every Eval Ever, schema 0.3.0 (https://github.com/evaleval/every_eval_ever): one JSON document with a result for
/// each vote, and beside it a line for each graded answer (<see cref="EveryEvalEverSample"/>).
/// </summary>
static class EveryEvalEver
{
    public const string SchemaVersion = "0.3.0";

    /// <summary>Where the record lies, with slashes and without an ending: data/DATASET/DEVELOPER/MODEL/UUID.</summary>
    public static string PathOf(ExportedJob job, EveryEvalEverSource source)
    {
        var model = source.ModelOf(job);
        var (developer, name) = model.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash
            ? (model[..slash], model[(slash + 1)..]) : ("unknown", model);
        return $"data/{PortableName.Of(job.Dataset)}/{PortableName.Of(developer)}/{PortableName.Of(name)}/{job.Key}";
    }

    public static string SamplesPathOf(ExportedJob job, EveryEvalEverSource source) => $"{PathOf(job, source)}_samples.jsonl";

    /// <summary>Names the record; its samples have it too. The moment is that at which the record is made.</summary>
    public static string IdOf(ExportedJob job, EveryEvalEverSource source, DateTimeOffset now) =>
        $"{job.Dataset}/{source.ModelOf(job).Replace('/', '_')}/{Unix(now)}";

    /// <param name="samples">The file beside it.</param>
    public static JsonObject Record(ExportedJob job, EveryEvalEverSource source, SampleFile samples, DateTimeOffset now) => new()
    {
        ["schema_version"] = SchemaVersion,
        ["evaluation_id"] = IdOf(job, source, now),
        ["evaluation_timestamp"] = Unix(job.StartedAt ?? job.EnqueuedAt),
        ["retrieved_timestamp"] = Unix(now),
        ["source_metadata"] = new JsonObject
        {
            ["source_name"] = "RebaseBatch",
            ["source_type"] = "evaluation_run",
            ["source_organization_name"] = source.Organization,
            ["evaluator_relationship"] = StoredNames.Of(source.Relationship),
            ["additional_details"] = Texts(
                ("job_id", job.JobId), ("job_name", job.Spec.Name), ("state", job.Outcome), ("finished_at", job.FinishedAt)),
        },
        ["eval_library"] = new JsonObject
        {
            ["name"] = "rebase-batch",
            ["version"] = job.Environments.Count > 0 ? job.Environments[^1].Program : "unknown",
            ["additional_details"] = Texts(("grader_versions", job.Graders.Count > 0 ? string.Join(", ", job.Graders) : null)),
        },
        ["model_info"] = Model(job, source),
        ["evaluation_results"] = new JsonArray(
            [.. job.Votes.Where(vote => vote.Graded > 0).Select(vote => Result(job, source, vote))]),
        ["detailed_evaluation_results"] = new JsonObject
        {
            ["format"] = "jsonl",
            ["file_path"] = SamplesPathOf(job, source),
            ["hash_algorithm"] = "sha256",
            ["checksum"] = samples.Sha256,
            ["total_rows"] = samples.Rows,
        },
    };

    /// <summary>The result that samples belong to has the dataset's name; the other votes have theirs behind it.</summary>
    public static string ResultName(ExportedJob job, AccuracyRecord vote) =>
        vote == job.Own ? job.Dataset : $"{job.Dataset}/{ExportedJob.NameOf(vote.Method, vote.Aggregation)}";

    static JsonObject Model(ExportedJob job, EveryEvalEverSource source)
    {
        var model = source.ModelOf(job);
        var environment = job.Environments.Count > 0 ? job.Environments[^1] : null;
        var server = environment?.Policy.Server;
        var details = Texts(
            // Weights that were read from a file here are at hand; of a server nobody here knows whose it is.
            ("deployment_type", environment is not null && server is null ? "self_deployed" : "unknown"),
            ("model_availability", environment is not null && server is null ? "open_weights" : "unknown"),
            ("weights_sha256", NotEmpty(job.Policy.Sha256)), ("parameters", job.Policy.Parameters > 0 ? job.Policy.Parameters : null),
            ("quantisation", NotEmpty(environment?.Policy.Quantisation)), ("kv_cache", NotEmpty(environment?.Policy.KvCache)),
            ("devices", environment is { Devices.Count: > 0 } ? string.Join(", ", environment.Devices) : null),
            ("reward_model", job.Reward?.Model), ("reward_weights_sha256", NotEmpty(job.Reward?.Sha256)));
        var info = new JsonObject { ["name"] = job.Spec.Policy, ["id"] = model, ["additional_details"] = details };
        if (model.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash) info["developer"] = model[..slash];
        if (environment is not null)
        {
            info["inference_engine"] = new JsonObject
            {
                ["name"] = server?.Kind ?? environment.Runtime,
                ["version"] = server is null ? environment.RuntimeBuild : server.Version ?? "unknown",
            };
        }
        return info;
    }

    static JsonObject Result(ExportedJob job, EveryEvalEverSource source, AccuracyRecord vote)
    {
        var name = ExportedJob.NameOf(vote.Method, vote.Aggregation);
        var interval = WilsonInterval.Of(vote.Correct, vote.Graded);
        return new()
        {
            ["evaluation_result_id"] = name,
            ["evaluation_name"] = ResultName(job, vote),
            ["source_data"] = Dataset(job, source),
            ["evaluation_timestamp"] = Unix(job.StartedAt ?? job.EnqueuedAt),
            ["metric_config"] = new JsonObject
            {
                ["evaluation_description"] = $"Share of problems that the {name} vote of {job.Spec.Width} solutions answers right "
                    + $"({StoredNames.Of(job.Spec.Strategy)} search).",
                ["metric_id"] = "accuracy", ["metric_name"] = "Accuracy", ["metric_kind"] = "accuracy", ["metric_unit"] = "proportion",
                ["metric_parameters"] = new JsonObject
                {
                    ["vote"] = StoredNames.Of(vote.Method), ["aggregation"] = vote.Aggregation is { } by ? StoredNames.Of(by) : null,
                    ["width"] = job.Spec.Width,
                },
                ["lower_is_better"] = false, ["score_type"] = "continuous", ["min_score"] = 0, ["max_score"] = 1,
            },
            ["score_details"] = new JsonObject
            {
                ["score"] = vote.Accuracy,
                ["details"] = Texts(("correct", vote.Correct), ("graded", vote.Graded), ("unanswered", vote.Unanswered),
                    ("failed", job.Failed), ("answered", job.Answered), ("problems", job.Problems)),
                ["uncertainty"] = new JsonObject
                {
                    ["standard_error"] = new JsonObject
                    {
                        ["value"] = Math.Sqrt(vote.Accuracy * (1 - vote.Accuracy) / vote.Graded), ["method"] = "analytic",
                    },
                    ["confidence_interval"] = new JsonObject
                    {
                        ["lower"] = interval.Low, ["upper"] = interval.High, ["confidence_level"] = 0.95, ["method"] = "Wilson",
                    },
                    ["num_samples"] = vote.Graded,
                },
            },
            ["generation_config"] = new JsonObject
            {
                ["generation_args"] = new JsonObject
                {
                    ["temperature"] = job.Spec.Temperature, ["top_p"] = job.Spec.TopP, ["top_k"] = job.Spec.TopK,
                    ["max_tokens"] = job.Spec.MaxSolutionTokens,
                },
                ["additional_details"] = Settings(job.Spec),
            },
        };
    }

    static JsonObject Dataset(ExportedJob job, EveryEvalEverSource source)
    {
        var data = new JsonObject { ["dataset_name"] = job.Dataset, ["source_type"] = source.HubDataset is null ? "other" : "hf_dataset" };
        if (source.HubDataset is { } id) (data["hf_repo"], data["samples_number"]) = (id, job.Problems);
        data["additional_details"] = Texts(("problems_sha256", job.DatasetSha256), ("problems", job.Problems));
        return data;
    }

    // Every setting of the job, as the schema wants them: texts.
    static JsonObject Settings(JobSpec spec) => new(JsonSerializer.SerializeToNode(spec, ContractsJson.Default.JobSpec)!.AsObject()
        .Where(setting => setting.Value is not null)
        .Select(setting => KeyValuePair.Create(setting.Key, (JsonNode?)JsonValue.Create(setting.Value!.ToString()))));

    /// <summary>An object whose values are all texts, without those that are null.</summary>
    public static JsonObject Texts(params IEnumerable<(string Name, object? Value)> values) => new(values
        .Where(value => value.Value is not null)
        .Select(value => KeyValuePair.Create(value.Name, (JsonNode?)JsonValue.Create(InvariantText.Text(value.Value)))));

    static string? NotEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    static string Unix(DateTimeOffset time) => time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
}
