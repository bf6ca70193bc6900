using Microsoft.Extensions.Logging.Abstractions;
using RebaseBatch.Inference.Llama;
using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Tests.Support.Llama;

/// <summary>The bundled models through the real llama.cpp, each loaded once for the whole run.</summary>
static class Models
{
    static readonly Lazy<ILanguageModel> s_policyS = new(() => Load("tiny-math-policy-s"));
    static readonly Lazy<ILanguageModel> s_policyM = new(() => Load("tiny-math-policy-m"));
    static readonly Lazy<ILanguageModel> s_reward = new(() => Load("tiny-math-prm"));

    public static string NativeDirectory { get; } = Path.Combine(AppContext.BaseDirectory, "native", "llama");
    public static ILanguageModel PolicyS => s_policyS.Value;
    public static ILanguageModel PolicyM => s_policyM.Value;
    public static ILanguageModel Reward => s_reward.Value;

    public static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "models", $"{name}.gguf");
    public static ILanguageModel Load(string name) => new LlamaModel(PathOf(name), GpuPlacement.Cpu, NativeDirectory, NullLogger.Instance);
}
