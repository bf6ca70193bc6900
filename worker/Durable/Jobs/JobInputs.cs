using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using RebaseBatch.Contracts;

namespace RebaseBatch.Durable.Jobs;

/// <summary>What a job works on and how, as hashes of the content: jobs with equal inputs need not run twice.</summary>
/// <param name="DatasetName">The dataset's file name; null without a file.</param>
/// <param name="DatasetSha256">Hash of the problems, in order.</param>
/// <param name="SettingsSha256">
/// Hash of the settings that change a result, with the models by name. It is the same for the same cell of two evaluations.
/// </param>
/// <param name="InputsSha256">Hash of the problems, the settings and the models' weights.</param>
/// <param name="PolicySha256">Hash of the policy's weights, to which the job is pinned; null when only the workers have the file.</param>
/// <param name="RewardSha256">The same for the reward model.</param>
sealed record JobInputs(
    string? DatasetName, string DatasetSha256, string SettingsSha256, string InputsSha256, string? PolicySha256, string? RewardSha256)
{
    /// <summary>See <see cref="JobOrigin.DatasetPath"/>; no hash contains it.</summary>
    public string? DatasetPath { get; init; }

    /// <summary>The same as <see cref="PolicySha256"/> for the embedding model.</summary>
    public string? EmbeddingSha256 { get; init; }

    public static JobInputs Of(JobSpec spec, IReadOnlyList<ProblemSpec> problems, JobOrigin origin)
    {
        var dataset = Hash(problems);
        var settings = Settings(spec);
        var inputs = new JsonObject
        {
            ["dataset"] = dataset,
            ["settings"] = Without(settings, "policy", "reward", "embedding_model"),
            ["policy"] = origin.PolicySha256 ?? $"name:{spec.Policy}",
            ["reward"] = spec.Reward is null ? null : origin.RewardSha256 ?? $"name:{spec.Reward}",
        };
        // Jobs without one keep the hashes that they had before there were such models.
        if (spec.EmbeddingModel is { } embedding) inputs["embedding"] = origin.EmbeddingSha256 ?? $"name:{embedding}";
        return new(origin.DatasetName, dataset, Hash(settings), Hash(inputs), origin.PolicySha256,
            spec.Reward is null ? null : origin.RewardSha256)
        {
            DatasetPath = origin.DatasetPath,
            EmbeddingSha256 = spec.EmbeddingModel is null ? null : origin.EmbeddingSha256,
        };
    }

    /// <summary>See <see cref="SettingsSha256"/>; for jobs that are older than that column as well.</summary>
    public static string HashOf(JobSpec spec) => Hash(Settings(spec));

    /// <summary>The hash of a dataset's problems in lower-case hex: in order, and without levels and families, which change no
    /// result.</summary>
    public static string Hash(IReadOnlyList<ProblemSpec> problems)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var problem in problems)
        {
            var content = problem with { Level = null, Family = null };
            hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(content, ContractsJson.Default.ProblemSpec));
        }


        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>
    /// The settings that differ from the preset's: a setting that a later version adds does not change the hashes of older jobs. They stand
    /// in the order of the properties, so equal settings are equal text.
    /// </summary>
    static JsonObject Settings(JobSpec spec)
    {
        var usual = JsonSerializer.SerializeToNode(JobSpec.DefaultsOf(spec.Preset), ContractsJson.Default.JobSpec)!.AsObject();
        var given = JsonSerializer.SerializeToNode(spec, ContractsJson.Default.JobSpec)!.AsObject();
        return Without(new(given.Where(setting => setting.Key is "preset" || !JsonNode.DeepEquals(setting.Value, usual[setting.Key]))
            .Select(setting => KeyValuePair.Create(setting.Key, setting.Value?.DeepClone()))), EffectlessSettings.Names);
    }

    static JsonObject Without(JsonObject settings, params IEnumerable<string> names)
    {
        var rest = settings.DeepClone().AsObject();
        foreach (var name in names) rest.Remove(name);
        return rest;
    }

    static string Hash(JsonObject json) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(json, ContractsJson.Default.JsonObject)));
}
