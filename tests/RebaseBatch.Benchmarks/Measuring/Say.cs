using System.Globalization;

namespace RebaseBatch.Benchmarks.Measuring;

/// <summary>Figures go to standard output, what is under way to standard error.</summary>
static class Say
{
    public static Task ProgressAsync(FormattableString text) => Console.Error.WriteLineAsync(text.ToString(CultureInfo.InvariantCulture));

    public static void Result(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
