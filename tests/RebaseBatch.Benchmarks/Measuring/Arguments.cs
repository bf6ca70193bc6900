using System.Globalization;

namespace RebaseBatch.Benchmarks.Measuring;

/// <summary>Options of a benchmark that are whole numbers, as in <c>--repeats 5</c>.</summary>
sealed class Arguments
{
    readonly Dictionary<string, int> _values;

    /// <param name="given">The command line behind the verb.</param>
    /// <param name="defaults">The options that the benchmark knows.</param>
    /// <exception cref="ArgumentException">An unknown option, or one without its number.</exception>
    public Arguments(string[] given, params ReadOnlySpan<(string Name, int Value)> defaults)
    {
        _values = new(StringComparer.Ordinal);
        foreach (var (name, value) in defaults) _values.Add(name, value);
        for (var i = 0; i < given.Length; i += 2)
        {
            if (!_values.ContainsKey(given[i]) || i + 1 == given.Length)
                throw new ArgumentException(
                    $"{given[i]} is not an option with a number: the options are {string.Join(", ", _values.Keys)}");
            _values[given[i]] = int.Parse(given[i + 1], CultureInfo.InvariantCulture);
        }
    }

    public int this[string name] => _values[name];
}
