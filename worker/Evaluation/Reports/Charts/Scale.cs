using System.Globalization;

namespace RebaseBatch.Evaluation.Reports.Charts;

/// <summary>Where values lie along an axis.</summary>
/// <param name="Low">Less than <paramref name="High"/>; on a logarithmic scale above 0.</param>
/// <param name="Ticks">Within the scale, rising.</param>
sealed record Scale(double Low, double High, bool Logarithmic, IReadOnlyList<Tick> Ticks)
{
    // A logarithmic scale has no 0: such a value is drawn at its low end.
    const double RoomInDecades = 0.08;

    /// <summary>0 at the low end to 1 at the high end.</summary>
    public double Place(double value) => Logarithmic
        ? (Math.Log10(Math.Max(value, Low)) - Math.Log10(Low)) / (Math.Log10(High) - Math.Log10(Low))
        : (value - Low) / (High - Low);

    /// <summary>From 0 to a round number at or above the greatest value, with ticks at 1, 2 or 5 times a power of ten.</summary>
    /// <param name="greatest">Above 0, or the scale ends at 1.</param>
    public static Scale FromZero(double greatest, Func<double, string> label)
    {
        if (!(greatest > 0) || !double.IsFinite(greatest)) greatest = 1;
        var step = Step(greatest / 5);
        var count = (int)Math.Ceiling((greatest / step) - 1e-9);
        return new(0, count * step, false,
            [.. Enumerable.Range(0, count + 1).Select(i => i * step).Select(value => new Tick(value, label(value)))]);
    }

    /// <summary>
    /// Over all positive values with a small margin. Labels at the decades, and at 2 and 5 times them where the decades would be too few.
    /// </summary>
    public static Scale Decades(IEnumerable<double> values)
    {
        var positive = values.Where(value => value > 0 && double.IsFinite(value)).DefaultIfEmpty(1).ToList();
        var (low, high) = (Math.Log10(positive.Min()) - RoomInDecades, Math.Log10(positive.Max()) + RoomInDecades);
        int[] labelled = high - low > 2.5 ? [1] : high - low > 1.2 ? [1, 3] : [1, 2, 5];
        var ticks = from decade in Enumerable.Range((int)Math.Floor(low), (int)Math.Ceiling(high) - (int)Math.Floor(low) + 1)
                    from digit in Enumerable.Range(1, 9)
                    let value = double.Parse($"{digit}e{decade}", CultureInfo.InvariantCulture)
                    where Math.Log10(value) >= low && Math.Log10(value) <= high
                    select new Tick(value, labelled.Contains(digit) ? NumberText.Scientific(value) : null);
        var all = ticks.ToList();
        // Values that are close to each other may lie between two labels: the least one is a label then.
        if (all.TrueForAll(tick => tick.Label is null))
        {
            var least = positive.Min();
            all.RemoveAll(tick => tick.Value == least);
            all.Insert(all.Count(tick => tick.Value < least), new(least, NumberText.Scientific(least)));
        }

        return new(Math.Pow(10, low), Math.Pow(10, high), true, all);
    }

    /// <summary>Ticks at 1, 2, 3, ... with these labels.</summary>
    public static Scale Categories(IReadOnlyList<string> labels) =>
        new(0.5, labels.Count + 0.5, false, [.. labels.Select((label, i) => new Tick(i + 1, label))]);

    /// <summary>Between round numbers below and above all values, with 4 to 10 ticks at 1, 2 or 5 times a power of ten.</summary>
    /// <param name="values">Shares, 0 to 1; at least one.</param>
    public static Scale Around(IEnumerable<double> values, Func<double, string> label)
    {
        var all = values.Select(value => Math.Clamp(value, 0, 1)).ToList();
        var step = Step(Math.Max(all.Max() - all.Min(), 0.01) / 5);
        var (first, last) = ((int)Math.Floor((all.Min() / step) + 1e-9), (int)Math.Ceiling((all.Max() / step) - 1e-9));
        if (first == last) (first, last) = last * step < 1 ? (first, last + 1) : (first - 1, last);
        return new(first * step, last * step, false,
            [.. Enumerable.Range(first, last - first + 1).Select(i => new Tick(i * step, label(i * step)))]);
    }

    static double Step(double least)
    {
        var decade = Math.Pow(10, Math.Floor(Math.Log10(least)));
        return decade * new[] { 1, 2, 5, 10 }.First(factor => factor * decade >= least * (1 - 1e-9));
    }
}
