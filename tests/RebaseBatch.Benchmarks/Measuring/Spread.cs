using System.Globalization;

namespace RebaseBatch.Benchmarks.Measuring;

/// <summary>Smallest, middle and largest of several repeats.</summary>
readonly record struct Spread(double Minimum, double Median, double Maximum)
{
    /// <param name="values">At least one.</param>
    public static Spread Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        var middle = sorted.Length / 2;
        return new(sorted[0], sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2, sorted[^1]);
    }

    /// <summary>As <c>median (minimum to maximum)</c>.</summary>
    public override string ToString() => $"{Format(Median)} ({Format(Minimum)} to {Format(Maximum)})";

    static string Format(double value) => value.ToString(value >= 100 ? "#,##0" : "0.00", CultureInfo.InvariantCulture);
}
