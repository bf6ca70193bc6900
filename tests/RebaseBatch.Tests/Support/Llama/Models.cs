using Microsoft.Extensions.Logging.Abstractions;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Tests.Support.Llama;

/// <summary>
/// The bundled models through the real llama.cpp, each loaded once for the whole run. A process has one llama.cpp: this one has that of
/// the product's default runtime, unless <see cref="RuntimeVariable"/> names the other one.
/// </summary>
static class Models
{
    internal const string RuntimeVariable = "REBASE_TESTS_RUNTIME";

    static readonly Lazy<IInferenceRuntime> s_runtime =
        new(() => InferenceRuntimes.Choose(new() { Runtime = Setting }, NullLogger.Instance).Runtime);
    static readonly Lazy<ILanguageModel> s_policyS = new(() => Load("tiny-math-policy-s"));
    static readonly Lazy<ILanguageModel> s_policyM = new(() => Load("tiny-math-policy-m"));
    static readonly Lazy<ILanguageModel> s_reward = new(() => Load("tiny-math-prm"));

    /// <summary>The setting of this process; null for the product's default.</summary>
    public static InferenceRuntime? Setting { get; } =
        Enum.TryParse<InferenceRuntime>(Environment.GetEnvironmentVariable(RuntimeVariable), out var runtime) ? runtime : null;

    public static IInferenceRuntime Runtime => s_runtime.Value;

    public static string NativeDirectory { get; } = Path.Combine(AppContext.BaseDirectory, "native", "llama");
    public static ILanguageModel PolicyS => s_policyS.Value;
    public static ILanguageModel PolicyM => s_policyM.Value;
    public static ILanguageModel Reward => s_reward.Value;

    /// <summary>A bundled model, loaded once for all that use it in this process.</summary>
    public static ILanguageModel Served(string name) => name switch
    {
        "tiny-math-policy-s" => PolicyS,
        "tiny-math-policy-m" => PolicyM,
        "tiny-math-prm" => Reward,
        _ => throw new ArgumentException($"'{name}' is no bundled model that tests serve", nameof(name)),
    };

    public static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "models", $"{name}.gguf");
    public static ILanguageModel Load(string name) => Runtime.Load(PathOf(name), GpuPlacement.Cpu);
}
