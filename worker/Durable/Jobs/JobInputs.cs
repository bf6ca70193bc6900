using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using RebaseBatch.Contracts;

namespace RebaseBatch.Durable.Jobs;

/// <summary>What a job works on and how, by content: jobs with equal inputs need not run twice.</summary>
/// <param name="DatasetName">The file's name; null when it came from none.</param>
/// <param name="DatasetSha256">Of the problems, in order.</param>
/// <param name="SettingsSha256">Of the settings that move a result, models by name: the same cell of two evaluations.</param>
/// <param name="InputsSha256">Of the problems, the settings and the models' weights.</param>
sealed record JobInputs(string? DatasetName, string DatasetSha256, string SettingsSha256, string InputsSha256)
{
    // They divide the work or end it; they don't say what is worked out.
    static readonly string[] s_without = ["name", "batch_size", "max_attempts", "deadline"];

    public static JobInputs Of(JobSpec spec, IReadOnlyList<ProblemSpec> problems, JobOrigin origin)
    {
        var dataset = Hash(problems);
        var settings = Settings(spec);
        var inputs = new JsonObject
        {
            ["dataset"] = dataset,
            ["settings"] = Without(settings, "policy", "reward"),
            ["policy"] = origin.PolicySha256 ?? $"name:{spec.Policy}",
            ["reward"] = spec.Reward is null ? null : origin.RewardSha256 ?? $"name:{spec.Reward}",
        };
        return new(origin.DatasetName, dataset, Hash(settings), Hash(inputs));
    }

    /// <summary>See <see cref="SettingsSha256"/>; also of jobs that are older than it.</summary>
    public static string HashOf(JobSpec spec) => Hash(Settings(spec));

    /// <summary>Of a dataset's problems, in order and without their levels, which move no result; lower-case hex.</summary>
    public static string Hash(IReadOnlyList<ProblemSpec> problems)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var problem in problems) hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(problem with { Level = null }, ContractsJson.Default.ProblemSpec));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>
    /// The settings that are not the preset's own: a setting that a later version adds leaves the hashes of older jobs alone. In the
    /// properties' order, so that equal settings are equal text.
    /// </summary>
    static JsonObject Settings(JobSpec spec)
    {
        var usual = JsonSerializer.SerializeToNode(JobSpec.DefaultsOf(spec.Preset), ContractsJson.Default.JobSpec)!.AsObject();
        var given = JsonSerializer.SerializeToNode(spec, ContractsJson.Default.JobSpec)!.AsObject();
        return Without(new(given.Where(setting => setting.Key is "preset" || !JsonNode.DeepEquals(setting.Value, usual[setting.Key]))
            .Select(setting => KeyValuePair.Create(setting.Key, setting.Value?.DeepClone()))), s_without);
    }

    static JsonObject Without(JsonObject settings, params ReadOnlySpan<string> names)
    {
        var rest = settings.DeepClone().AsObject();
        foreach (var name in names) rest.Remove(name);
        return rest;
    }

    static string Hash(JsonObject json) => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(json, ContractsJson.Default.JsonObject)));
}
