using System.Diagnostics;

namespace RebaseBatch.Benchmarks.Measuring;

/// <summary>The cost of some work. On a machine that others use too, the processor time says more than the wall time.</summary>
/// <param name="Seconds">Wall time.</param>
/// <param name="CpuSeconds">Processor time of the whole process, all threads.</param>
readonly record struct Cost(double Seconds, double CpuSeconds)
{
    public static async Task<Cost> OfAsync(Func<Task> work)
    {
        var (started, before) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        await work();
        return new(Stopwatch.GetElapsedTime(started).TotalSeconds, (Environment.CpuUsage.TotalTime - before).TotalSeconds);
    }
}
