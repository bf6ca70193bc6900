using System.Globalization;
using RebaseBatch.Contracts;

namespace RebaseBatch.Evaluation.Environments;

/// <summary>What an attempt ran on, as named values that people can compare.</summary>
static class EnvironmentFacts
{
    /// <summary>What holds for both models.</summary>
    public static IEnumerable<(string Name, string Value)> OfMachine(RunEnvironment environment) =>
    [
        ("program", environment.Program), ("runtime", environment.Runtime), ("runtime build", environment.RuntimeBuild),
        ("devices", environment.Devices.Count == 0 ? "none, both models are on servers" : string.Join(" + ", environment.Devices)),
    ];

    public static IEnumerable<(string Name, string Value)> OfModel(ModelEnvironment model) =>
        model.Prompt is { } prompt ? OfRuntime(model).Append(("prompt", prompt)) : OfRuntime(model);

    static IEnumerable<(string Name, string Value)> OfRuntime(ModelEnvironment model) => model.Server is { } server
    ?
    [
        ("weights", Short(model.Sha256)), ("server", server.Version is { } version ? $"{server.Kind} {version}" : server.Kind),
        ("served model", server.Revision is { } revision ? $"{server.Model}, revision {revision}" : server.Model),
    ]
    :
    [
        ("weights", Short(model.Sha256)), ("quantisation", model.Quantisation),
        ("layers on GPUs", model.GpuLayers < 0 ? "all" : model.GpuLayers.ToString(CultureInfo.InvariantCulture)),
        ("KV cache", model.KvCache), ("flash attention", model.FlashAttention ? "on" : "off"),
        ("threads", string.Create(CultureInfo.InvariantCulture,
            $"{model.Contexts} {(model.Contexts == 1 ? "context" : "contexts")} of {model.ThreadsPerCall}")),
    ];

    /// <summary>All of them in one line.</summary>
    public static string TextOf(RunEnvironment environment) => string.Join("; ", (string[])
    [
        $"rebase {environment.Program}", $"{environment.Runtime} {environment.RuntimeBuild}",
        .. environment.Devices.Count == 0 ? (string[])[] : [string.Join(" + ", environment.Devices)],
        $"policy: {Text(environment.Policy)}", .. environment.Reward is { } reward ? [$"reward: {Text(reward)}"] : (string[])[],
        .. environment.Embedding is { } embedding ? [$"embedding: {Text(embedding)}"] : (string[])[],
    ]);

    static string Short(string sha256) => sha256.Length > 12 ? sha256[..12] : sha256;

    static string Text(ModelEnvironment model) => string.Join(", ", OfModel(model).Select(fact => $"{fact.Name} {fact.Value}"));
}
