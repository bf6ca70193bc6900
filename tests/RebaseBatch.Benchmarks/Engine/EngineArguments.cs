using System.Globalization;

namespace RebaseBatch.Benchmarks.Engine;

/// <summary>What is measured, and how often.</summary>
sealed record EngineArguments(bool Bundled, bool Random, int Repeats, IReadOnlyList<int> Widths)
{
    public static EngineArguments Read(string[] args)
    {
        var options = new EngineArguments(true, true, 3, [4, 16, 64]);
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : throw new ArgumentException($"{args[i]} lacks its value");
            options = (args[i], value) switch
            {
                ("--models", "bundled" or "random" or "both") => options with { Bundled = value != "random", Random = value != "bundled" },
                ("--repeats", _) => options with { Repeats = int.Parse(value, CultureInfo.InvariantCulture) },
                ("--widths", _) => options with { Widths = [.. value.Split(',').Select(width => int.Parse(width, CultureInfo.InvariantCulture))] },
                _ => throw new ArgumentException($"engine takes --models bundled|random|both, --repeats N and --widths 4,16,64; not {args[i]} {value}"),
            };
        }
        return options;
    }
}
