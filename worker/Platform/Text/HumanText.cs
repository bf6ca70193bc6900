using System.Globalization;

namespace RebaseBatch.Platform.Text;

/// <summary>Numbers in a form for people; programs get plain numbers.</summary>
static class HumanText
{
    static readonly string[] s_prefixes = ["", "k", "M", "G", "T", "P", "E", "Z"];

    /// <summary><c>12,345</c></summary>
    public static string Of(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary><c>1.23 TFLOP</c></summary>
    public static string Flops(double flops)
    {
        var step = 0;
        for (; flops >= 999.5 && step < s_prefixes.Length - 1; step++) flops /= 1000;
        return string.Create(CultureInfo.InvariantCulture, $"{flops:G3} {s_prefixes[step]}FLOP");
    }

    /// <summary><c>1.8 MB</c></summary>
    public static string Bytes(long bytes)
    {
        var (amount, step) = ((double)bytes, 0);
        for (; amount >= 999.5 && step < s_prefixes.Length - 1; step++) amount /= 1000;
        return string.Create(CultureInfo.InvariantCulture, $"{amount:G3} {s_prefixes[step]}B");
    }

    /// <summary><c>0.4 s</c>, <c>2 min 5 s</c>, <c>3 h 12 min</c></summary>
    public static string Seconds(double seconds) => seconds switch
    {
        < 10 => string.Create(CultureInfo.InvariantCulture, $"{seconds:F1} s"),
        < 59.5 => string.Create(CultureInfo.InvariantCulture, $"{seconds:F0} s"),
        < 3600 => $"{(long)Math.Round(seconds) / 60} min {(long)Math.Round(seconds) % 60} s",
        _ => $"{(long)(seconds / 3600)} h {(long)(seconds % 3600 / 60)} min",
    };

    /// <summary>
    /// An estimate, no more exact than it can be, rounded up: <c>5 s</c>, <c>45 s</c>, <c>2 min 10 s</c>, <c>12 min</c>, <c>3 h 5 min</c>
    /// </summary>
    public static string About(double seconds)
    {
        var step = seconds switch { <= 60 => 5, <= 600 => 10, <= 3600 => 60, _ => 300 };
        var whole = Math.Max(1, (long)Math.Ceiling(seconds / step)) * step;
        var (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60);
        var parts = new[] { (hours, "h"), (minutes, "min"), (rest, "s") }.Where(part => part.Item1 > 0);
        return string.Join(' ', parts.Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Item1} {part.Item2}")));
    }

    /// <summary><c>63.3 %</c>; a dash when the whole is 0.</summary>
    public static string Share(long part, long whole) =>
        whole == 0 ? "-" : string.Create(CultureInfo.InvariantCulture, $"{100.0 * part / whole:F1} %");

    /// <summary><c>63.3 %</c></summary>
    /// <param name="share">0 to 1.</param>
    public static string Share(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:F1} %");

    /// <summary><c>12.3</c></summary>
    public static string Decimal(double amount) => string.Create(CultureInfo.InvariantCulture, $"{amount:N1}");
}
