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
        ("devices", string.Join(" + ", environment.Devices)),
    ];

    public static IEnumerable<(string Name, string Value)> OfModel(ModelEnvironment model) =>
    [
        ("weights", model.Sha256.Length > 12 ? model.Sha256[..12] : model.Sha256), ("quantisation", model.Quantisation),
        ("layers on GPUs", model.GpuLayers < 0 ? "all" : model.GpuLayers.ToString(CultureInfo.InvariantCulture)),
        ("KV cache", model.KvCache), ("flash attention", model.FlashAttention ? "on" : "off"),
        ("threads", string.Create(CultureInfo.InvariantCulture,
            $"{model.Contexts} {(model.Contexts == 1 ? "context" : "contexts")} of {model.ThreadsPerCall}")),
    ];

    /// <summary>All of them in one line.</summary>
    public static string TextOf(RunEnvironment environment) => string.Join("; ", (string[])
    [
        $"rebase {environment.Program}", $"{environment.Runtime} {environment.RuntimeBuild}", string.Join(" + ", environment.Devices),
        $"policy: {Text(environment.Policy)}", .. environment.Reward is { } reward ? [$"reward: {Text(reward)}"] : (string[])[],
    ]);

    static string Text(ModelEnvironment model) => string.Join(", ", OfModel(model).Select(fact => $"{fact.Name} {fact.Value}"));
}
