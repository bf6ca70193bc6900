using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using RebaseBatch.Contracts;

namespace RebaseBatch.Evaluation.Exports;

/// <summary>An answer as a line of samples of Every Eval Ever, schema 0.3.0.</summary>
static class EveryEvalEverSample
{
    /// <returns>
    /// Null for an answer without a verdict: the schema wants one, and the mean of the lines' scores has to be the record's score.
    /// </returns>
    public static JsonObject? Of(ExportedJob job, EveryEvalEverSource source, ExportedAnswer given, DateTimeOffset now)
    {
        var answer = given.Answer;
        if (answer is not { Correct: { } correct, GoldAnswer: { } gold } || job.Own is not { } own) return null;
        var vote = ExportedJob.NameOf(own.Method, own.Aggregation);
        var usage = given.Usage;
        return new()
        {
            ["schema_version"] = EveryEvalEver.SchemaVersion,
            ["evaluation_id"] = EveryEvalEver.IdOf(job, source, now),
            ["model_id"] = source.ModelOf(job),
            ["evaluation_name"] = EveryEvalEver.ResultName(job, own),
            ["evaluation_result_id"] = vote,
            ["sample_id"] = answer.CustomId,
            ["sample_hash"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(given.Question + gold))),
            ["interaction_type"] = "single_turn",
            ["input"] = new JsonObject { ["raw"] = given.Question, ["reference"] = new JsonArray(gold) },
            ["output"] = new JsonObject { ["raw"] = new JsonArray([.. given.Solutions.Select(s => (JsonNode)s.Text)]) },
            ["messages"] = null,
            ["answer_attribution"] = answer.Answer is not { } value ? new JsonArray() : new JsonArray(new JsonObject
            {
                ["turn_idx"] = 0, ["source"] = "output.raw", ["extracted_value"] = value,
                ["extraction_method"] = $"{vote} vote of {answer.Candidates.Count} solutions", ["is_terminal"] = true,
            }),
            ["evaluation"] = new JsonObject { ["score"] = correct ? 1 : 0, ["is_correct"] = correct },
            ["token_usage"] = new JsonObject
            {
                ["input_tokens"] = usage.Policy.PromptTokens, ["output_tokens"] = usage.Policy.SampledTokens,
                ["total_tokens"] = usage.Policy.PromptTokens + usage.Policy.SampledTokens,
            },
            ["performance"] = new JsonObject
            {
                ["latency_ms"] = usage.WallSeconds * 1000,
                ["additional_details"] = EveryEvalEver.Texts(("nodes", usage.Nodes), ("policy_flops", usage.PolicyFlops),
                    ("total_flops", usage.TotalFlops), ("policy_device_seconds", usage.Policy.DeviceSeconds),
                    ("reward_device_seconds", usage.Reward?.DeviceSeconds)),
            },
            ["error"] = null,
            ["metadata"] = EveryEvalEver.Texts(("ordinal", given.Ordinal), ("question_id", answer.QuestionId), ("batch_no", answer.BatchNo),
                ("level", given.Level), ("ended_by", answer.EndedBy),
                ("unanswered_cause", answer.UnansweredCause is { } cause ? StoredNames.Of(cause) : null)),
        };
    }
}
