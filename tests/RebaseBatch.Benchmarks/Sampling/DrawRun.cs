using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Benchmarks.Sampling;

/// <summary>The cost of draws with one filter.</summary>
/// <param name="Microseconds">Processor time of a draw.</param>
/// <param name="Bytes">Bytes allocated for a draw.</param>
readonly record struct DrawRun(double Microseconds, double Bytes)
{
    public static DrawRun Of(TokenSampler sampler, float[] logits, SamplingFilter filter, int draws)
    {
        var (allocated, before) = (GC.GetAllocatedBytesForCurrentThread(), Environment.CpuUsage.TotalTime);
        for (var i = 0; i < draws; i++) sampler.Draw(logits, 1, filter, (i + 0.5) / draws);
        return new((Environment.CpuUsage.TotalTime - before).TotalMicroseconds / draws,
            (double)(GC.GetAllocatedBytesForCurrentThread() - allocated) / draws);
    }

    /// <summary>Normally distributed logits.</summary>
    /// <param name="scale">Their standard deviation.</param>
    public static float[] Logits(int vocabulary, float scale)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, vocabulary)
            .Select(_ => scale * (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())))];
    }
}
