using NpgsqlTypes;
using RebaseBatch.Contracts;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Durable.Results;

/// <summary>The columns of the tables <c>answers</c> and <c>usage</c> that come with a result.</summary>
static class ResultColumns
{
    /// <summary>What both tables have.</summary>
    public static IReadOnlyList<ArrayColumn<GivenResult>> Keys { get; } =
    [
        Of("problem_id", "bigint", NpgsqlDbType.Bigint, given => given.Result.ProblemId),
        Of("batch_id", "bigint", NpgsqlDbType.Bigint, given => given.BatchId),
    ];

    /// <summary>Of <c>answers</c>, without the keys.</summary>
    public static IReadOnlyList<ArrayColumn<GivenResult>> Answer { get; } =
    [
        Text("answer", answer => AnswerJson.Clean(answer.Answer)),
        Of("correct", "boolean", NpgsqlDbType.Boolean, given => given.Result.Answer.Correct),
        Json("votes", answer => AnswerJson.Votes(answer.Votes)),
        Json("candidates", answer => AnswerJson.Candidates(answer.Candidates)),
        Text("error", answer => AnswerJson.Clean(answer.Error)),
        Text("ended_by", answer => answer.EndedBy),
        Text("grader_version", answer => answer.GraderVersion),
        Text("unanswered_cause", answer => answer.UnansweredCause is { } cause ? StoredNames.Of(cause) : null),
        Json("solution_ends", answer => answer.SolutionEnds is { } ends ? AnswerJson.Ends(ends) : null),
    ];

    /// <summary>Of <c>usage</c>, without the keys.</summary>
    public static IReadOnlyList<ArrayColumn<GivenResult>> Usage { get; } =
    [
        .. Model("policy", usage => usage.Policy),
        .. Model("reward", usage => usage.Reward),
        Of("embedding_model", "text", NpgsqlDbType.Text, given => given.Result.Usage.Embedding?.Model),
        Of("embedding_sha256", "text", NpgsqlDbType.Text, given => given.Result.Usage.Embedding?.Sha256),
        Long("embedding_parameters", usage => usage.Embedding?.Parameters),
        Long("embedding_evaluated_tokens", usage => usage.Embedding?.EvaluatedTokens),
        Long("embedding_discarded_tokens", usage => usage.Embedding?.DiscardedTokens),
        Double("embedding_device_seconds", usage => usage.Embedding?.DeviceSeconds),
        Double("policy_flops", usage => usage.PolicyFlops),
        Double("total_flops", usage => usage.TotalFlops),
        Double("wall_seconds", usage => usage.WallSeconds),
        Of("nodes", "int", NpgsqlDbType.Integer, given => given.Result.Usage.Nodes),
        Of("attempts", "int", NpgsqlDbType.Integer, given => given.Result.Usage.Attempts),
        Long("saved_tokens", usage => usage.SavedTokensEstimate),
    ];

    /// <summary>All of them, in the order of the parameters.</summary>
    public static IReadOnlyList<ArrayColumn<GivenResult>> All { get; } = [.. Keys, .. Answer, .. Usage];

    static ArrayColumn<GivenResult>[] Model(string model, Func<UsageRecord, ModelUsage?> of) =>
    [
        Of($"{model}_model", "text", NpgsqlDbType.Text, given => of(given.Result.Usage)?.Model),
        Of($"{model}_sha256", "text", NpgsqlDbType.Text, given => of(given.Result.Usage)?.Sha256),
        Long($"{model}_parameters", usage => of(usage)?.Parameters),
        Long($"{model}_prompt_tokens", usage => of(usage)?.PromptTokens),
        Long($"{model}_sampled_tokens", usage => of(usage)?.SampledTokens),
        Long($"{model}_evaluated_tokens", usage => of(usage)?.EvaluatedTokens),
        Long($"{model}_reencoded_tokens", usage => of(usage)?.ReencodedTokens),
        Long($"{model}_cached_tokens", usage => of(usage)?.CachedTokens),
        Long($"{model}_discarded_tokens", usage => of(usage)?.DiscardedTokens),
        Double($"{model}_device_seconds", usage => of(usage)?.DeviceSeconds),
    ];

    static ArrayColumn<GivenResult> Text(string name, Func<AnswerRecord, string?> value) =>
        Of(name, "text", NpgsqlDbType.Text, given => value(given.Result.Answer));

    static ArrayColumn<GivenResult> Json(string name, Func<AnswerRecord, string?> value) =>
        Of(name, "jsonb", NpgsqlDbType.Jsonb, given => value(given.Result.Answer));

    static ArrayColumn<GivenResult> Long(string name, Func<UsageRecord, long?> value) =>
        Of(name, "bigint", NpgsqlDbType.Bigint, given => value(given.Result.Usage));

    static ArrayColumn<GivenResult> Double(string name, Func<UsageRecord, double?> value) =>
        Of(name, "float8", NpgsqlDbType.Double, given => value(given.Result.Usage));

    static ArrayColumn<GivenResult> Of<T>(string name, string type, NpgsqlDbType parameter, Func<GivenResult, T> value) =>
        ArrayColumn<GivenResult>.Of(name, type, parameter, value);
}
