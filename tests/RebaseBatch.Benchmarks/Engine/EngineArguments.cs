using System.Globalization;

namespace RebaseBatch.Benchmarks.Engine;

/// <summary>What is measured, and how often.</summary>
sealed record EngineArguments(bool Bundled, bool Random, int Repeats, IReadOnlyList<int> Widths, int Lanes, bool? FlashAttention)
{
    public static EngineArguments Read(string[] args)
    {
        var options = new EngineArguments(true, true, 3, [4, 16, 64], 0, null);
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : throw new ArgumentException($"{args[i]} lacks its value");
            options = (args[i], value) switch
            {
                ("--models", "bundled" or "random" or "both") => options with { Bundled = value != "random", Random = value != "bundled" },
                ("--repeats", _) => options with { Repeats = int.Parse(value, CultureInfo.InvariantCulture) },
                ("--widths", _) => options with
                {
                    Widths = [.. value.Split(',').Select(width => int.Parse(width, CultureInfo.InvariantCulture))],
                },
                ("--lanes", _) => options with { Lanes = int.Parse(value, CultureInfo.InvariantCulture) },
                ("--flash", "on" or "off") => options with { FlashAttention = value == "on" },
                _ => throw new ArgumentException(
                    "engine takes --models bundled|random|both, --repeats N, --widths 4,16,64 --lanes N and --flash "
                        + $"on|off; not {args[i]} {value}"),
            };
        }
        return options;
    }
}
