using RebaseBatch.Inference.Loading;
using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Benchmarks.Measuring;

/// <summary>
/// <c>--runtime LLamaSharp|LlamaCpp</c>, an option of every benchmark that loads models. Without it the program's own default runs.
/// </summary>
static class RuntimeOption
{
    public const string Name = "--runtime";

    /// <returns>The runtime, null without the option, and the rest of the command line.</returns>
    /// <exception cref="ArgumentException">The option has no value, or none of a runtime.</exception>
    public static (InferenceRuntime? Runtime, string[] Others) Take(string[] given)
    {
        var at = Array.IndexOf(given, Name);
        if (at < 0) return (null, given);
        return (Read(at + 1 < given.Length ? given[at + 1] : ""), [.. given[..at], .. given[Math.Min(at + 2, given.Length)..]]);
    }

    /// <summary>Sets the runtime, if one is given.</summary>
    public static InferenceOptions On(this InferenceOptions options, InferenceRuntime? runtime)
    {
        if (runtime is { } given) options.Runtime = given;
        return options;
    }

    /// <exception cref="ArgumentException">No runtime has this name.</exception>
    public static InferenceRuntime Read(string name) => Enum.GetNames<InferenceRuntime>().Contains(name)
        ? Enum.Parse<InferenceRuntime>(name)
        : throw new ArgumentException($"{Name} takes {string.Join(" or ", Enum.GetNames<InferenceRuntime>())}, not '{name}'");
}
