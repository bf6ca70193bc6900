using System.Globalization;
using System.Text.Json.Nodes;
using RebaseBatch.Contracts;

namespace RebaseBatch.Evaluation.Exports;

/// <summary>An answer as a sample of a log of Inspect.</summary>
static class InspectSample
{
    public static JsonObject Of(ExportedJob job, ExportedAnswer given)
    {
        var (answer, usage, solutions) = (given.Answer, given.Usage, given.Solutions);
        var sample = new JsonObject
        {
            // Custom ids need not be unique in a dataset, and Inspect tells samples apart by their ids.
            ["id"] = $"{given.Ordinal.ToString(CultureInfo.InvariantCulture)}:{answer.CustomId}",
            ["epoch"] = 1,
            ["input"] = given.Question,
            ["target"] = answer.GoldAnswer ?? "",
            ["messages"] = new JsonArray([Message("user", given.Question), .. solutions.Take(1).Select(s => Assistant(job, s))]),
            ["output"] = new JsonObject
            {
                ["model"] = job.Spec.Policy,
                ["choices"] = new JsonArray(
                    [.. solutions.Select(s => new JsonObject { ["message"] = Assistant(job, s), ["stop_reason"] = "stop" })]),
                ["completion"] = solutions.Count > 0 ? solutions[0].Text : "",
                ["usage"] = InspectLog.Usage(usage.Policy),
                ["time"] = usage.WallSeconds,
                ["error"] = answer.Error,
            },
            ["scores"] = Scores(given),
            ["metadata"] = Metadata(given),
            ["store"] = new JsonObject(),
            ["events"] = new JsonArray(),
            ["model_usage"] = InspectLog.UsageByModel(job.Spec.Policy, usage.Policy, job.Spec.Reward, usage.Reward),
            ["role_usage"] = new JsonObject(),
            ["completed_at"] = InspectLog.Time(given.AnsweredAt),
            ["total_time"] = usage.WallSeconds,
            ["uuid"] = $"{job.Key:n}-{given.Ordinal.ToString(CultureInfo.InvariantCulture)}",
            ["attachments"] = new JsonObject(),
        };
        if (answer.Error is { } error)
            sample["error"] = new JsonObject { ["message"] = error, ["traceback"] = "", ["traceback_ansi"] = "" };
        if (Limit(job.Spec, answer.EndedBy) is { } limit) sample["limit"] = limit;
        return sample;
    }

    static JsonObject Message(string role, string text) => new() { ["role"] = role, ["content"] = text };

    static JsonObject Assistant(ExportedJob job, CandidateRecord solution)
    {
        var message = Message("assistant", solution.Text);
        message["model"] = job.Spec.Policy;
        message["source"] = "generate";
        return message;
    }

    // C: right, I: wrong, N: no answer, which counts as wrong. A sample without a verdict has no scores, and no metric counts it.
    static JsonObject? Scores(ExportedAnswer given)
    {
        var graded = given.Answer.Votes.Where(vote => vote.Correct is not null).ToList();
        if (graded.Count == 0) return null;
        return new(graded.Select(vote => KeyValuePair.Create(ExportedJob.NameOf(vote.Method, vote.Aggregation), (JsonNode?)new JsonObject
        {
            ["value"] = vote.Answer is null ? "N" : vote.Correct is true ? "C" : "I",
            ["answer"] = vote.Answer,
            ["metadata"] = new JsonObject { ["share"] = double.IsFinite(vote.Share) ? vote.Share : null },
            ["history"] = new JsonArray(),
        })));
    }

    static JsonObject Metadata(ExportedAnswer given) => new()
    {
        ["custom_id"] = given.Answer.CustomId, ["question_id"] = given.Answer.QuestionId, ["level"] = given.Level,
        ["nodes"] = given.Usage.Nodes, ["attempts"] = given.Usage.Attempts, ["policy_flops"] = given.Usage.PolicyFlops,
        ["total_flops"] = given.Usage.TotalFlops, ["policy_device_seconds"] = given.Usage.Policy.DeviceSeconds,
        ["ended_by"] = given.Answer.EndedBy,
        ["unanswered_cause"] = given.Answer.UnansweredCause is { } cause ? StoredNames.Of(cause) : null,
        ["solutions"] = new JsonArray([.. given.Solutions.Select(Solution)]),
    };

    static JsonObject Solution(CandidateRecord solution) => new()
    {
        ["node"] = solution.Node, ["answer"] = solution.Answer,
        ["step_scores"] = new JsonArray([.. solution.StepScores.Select(score => double.IsFinite(score) ? (JsonNode?)score : null)]),
    };

    // Inspect's other kinds of limits mean something else; the metadata names every limit.
    static JsonObject? Limit(JobSpec spec, string? endedBy) => (endedBy, spec.MaxTokensPerProblem, spec.MaxSecondsPerProblem) switch
    {
        ("sampled_tokens", { } tokens, _) => new() { ["type"] = "token", ["limit"] = tokens },
        ("seconds", _, { } seconds) => new() { ["type"] = "time", ["limit"] = seconds },
        _ => null,
    };
}
