using System.Globalization;

namespace RebaseBatch.Benchmarks.Measuring;

/// <summary>Options of a benchmark that are whole numbers, as in <c>--repeats 5</c>.</summary>
sealed class Arguments
{
    readonly Dictionary<string, int> _values;

    /// <param name="given">The command line behind the verb.</param>
    /// <param name="defaults">The options there are.</param>
    /// <exception cref="ArgumentException">An option that there is not, or one without its number.</exception>
    public Arguments(string[] given, params ReadOnlySpan<(string Name, int Value)> defaults)
    {
        _values = new(StringComparer.Ordinal);
        foreach (var (name, value) in defaults) _values.Add(name, value);
        for (var i = 0; i < given.Length; i += 2)
        {
            if (!_values.ContainsKey(given[i]) || i + 1 == given.Length)
                throw new ArgumentException($"{given[i]} is no option with a number: there are {string.Join(", ", _values.Keys)}");
            _values[given[i]] = int.Parse(given[i + 1], CultureInfo.InvariantCulture);
        }
    }

    public int this[string name] => _values[name];
}
