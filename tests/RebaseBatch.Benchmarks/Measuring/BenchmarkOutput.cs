using System.Globalization;

namespace RebaseBatch.Benchmarks.Measuring;

/// <summary>The benchmark's output: figures go to standard output, progress to standard error.</summary>
static class BenchmarkOutput
{
    public static Task ProgressAsync(FormattableString text) => Console.Error.WriteLineAsync(text.ToString(CultureInfo.InvariantCulture));

    public static void Result(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
