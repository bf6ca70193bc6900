using System.Globalization;
using RebaseBatch.Benchmarks.Measuring;
using RebaseBatch.Benchmarks.Models;
using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Benchmarks.Limit;

/// <summary>What is measured, and how often.</summary>
sealed record LimitArguments
{
    public const string Help = """
        limit compares whole REBASE searches with the most that the models can do on this machine: it tries how paths may lie in contexts
        and how many of them a call may carry, and takes the fastest way for the very tokens of the job.
          --models NAME                  bundled (policy S and the reward model), or random weights in Q8_0: random (110M twice),
                                         qwen-small, qwen or qwen-hidden, as for engine (default bundled)
          --width 4,16,64                samples of a problem (default 4,16,64)
          --problems N                   problems of the job (default 960 samples of bundled models, 128 of random ones)
          --repeats N                    turns of the job and the limit (default 1)
          --pieces on|off                whether pieces of 1, 9 and 32 tokens are measured too (default off)
          --flash on|off                 fused attention in the job (default: chosen by the model)
          --runtime LLamaSharp|LlamaCpp  the runtime that decodes (default: the program's own)
        """;

    public ModelSet Models { get; private init; }

    public bool IsRandom => Models is not ModelSet.Bundled;

    public IReadOnlyList<int> Widths { get; private init; } = [4, 16, 64];

    /// <summary>0 chooses by the width.</summary>
    public int Problems { get; private init; }

    public int Repeats { get; private init; } = 1;

    public bool Pieces { get; private init; }

    public bool? FlashAttention { get; private init; }

    /// <summary>Null unless given.</summary>
    public InferenceRuntime? Runtime { get; private init; }

    /// <exception cref="ArgumentException">An unknown option, or one without its value.</exception>
    public static LimitArguments Read(string[] args)
    {
        var options = new LimitArguments();
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : throw new ArgumentException($"{args[i]} lacks its value\n{Help}");
            options = (args[i], value) switch
            {
                ("--models", _) => options with { Models = ModelSetOption.Read(value) },
                ("--width", _) => options with { Widths = [.. value.Split(',').Select(Number)] },
                ("--problems", _) => options with { Problems = Number(value) },
                ("--repeats", _) => options with { Repeats = Number(value) },
                ("--pieces", "on" or "off") => options with { Pieces = value == "on" },
                ("--flash", "on" or "off") => options with { FlashAttention = value == "on" },
                (RuntimeOption.Name, _) => options with { Runtime = RuntimeOption.Read(value) },
                _ => throw new ArgumentException($"limit has no option {args[i]} {value}\n{Help}"),
            };
        }

        return options;
    }

    static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
