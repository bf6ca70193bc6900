using System.Globalization;
using RebaseBatch.Benchmarks.Measuring;
using RebaseBatch.Benchmarks.Models;
using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Benchmarks.Engine;

/// <summary>What is measured, and how often.</summary>
sealed record EngineArguments
{
    public const string Help = """
        engine compares whole REBASE searches with a bare decode loop, with code that shares nothing, and with one problem at a time:
          --runtime LLamaSharp|LlamaCpp  the runtime that decodes (default: the program's own)
        engine --pairs N compares the searches on both runtimes, each in a process of its own, because a process can hold one llama.cpp
        only. The processes take turns. It prints the ratios of N pairs, LLamaSharp to LlamaCpp, for each token.
          --pairs N                      pairs for each row; 3 take about ten minutes in all
        Both take:
          --models NAME,...              bundled (policy S and the reward model) or random weights in Q8_0: random (110M twice), qwen-small
                                         (Qwen2.5-0.5B's shape twice), qwen (0.5B, and 1.5B as the reward model), qwen-hidden (the
                                         same, scored from hidden states); both is bundled,random (default both)
          --widths 4,16,64               samples of a problem (default 4,16,64; with --pairs 16,64, and 16 for random weights)
          --repeats N                    turns of all variants (default 3); with --pairs, runs of a process (default 3, and 1 for random)
          --lanes N                      contexts of each model; 0 chooses (default 0)
          --flash on|off                 fused attention (default: chosen by the model)
        """;

    public IReadOnlyList<ModelSet> Models { get; private init; } = [ModelSet.Bundled, ModelSet.Random];

    /// <summary>Null unless given.</summary>
    public int? Repeats { get; private init; }

    /// <summary>0 for the comparison within one process.</summary>
    public int Pairs { get; private init; }

    /// <summary>Null unless given.</summary>
    public IReadOnlyList<int>? Widths { get; private init; }

    public int Lanes { get; private init; }

    public bool? FlashAttention { get; private init; }

    /// <summary>Null unless given.</summary>
    public InferenceRuntime? Runtime { get; private init; }

    /// <exception cref="ArgumentException">An unknown option, or one without its value.</exception>
    public static EngineArguments Read(string[] args)
    {
        var options = new EngineArguments();
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : throw new ArgumentException($"{args[i]} lacks its value\n{Help}");
            options = (args[i], value) switch
            {
                ("--models", "both") => options with { Models = [ModelSet.Bundled, ModelSet.Random] },
                ("--models", _) => options with { Models = [.. value.Split(',').Select(ModelSetOption.Read)] },
                ("--repeats", _) => options with { Repeats = Number(value) },
                ("--pairs", _) => options with { Pairs = Number(value) },
                ("--widths", _) => options with { Widths = [.. value.Split(',').Select(Number)] },
                ("--lanes", _) => options with { Lanes = Number(value) },
                ("--flash", "on" or "off") => options with { FlashAttention = value == "on" },
                (RuntimeOption.Name, _) => options with { Runtime = RuntimeOption.Read(value) },
                _ => throw new ArgumentException($"engine has no option {args[i]} {value}\n{Help}"),
            };
        }

        return options is { Pairs: > 0, Runtime: not null }
            ? throw new ArgumentException($"--pairs runs both runtimes: leave {RuntimeOption.Name} out") : options;
    }

    static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
