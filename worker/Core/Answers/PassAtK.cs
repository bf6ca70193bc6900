namespace RebaseBatch.Core.Answers;

/// <summary>
/// Whether the policy could at all: the chance that at least one of k independent samples is right (arXiv 2107.03374, section 2.1). No vote
/// can be right more often.
/// </summary>
static class PassAtK
{
    /// <summary>The unbiased estimate from all subsets of k of a problem's samples: 1 - C(n - c, k) / C(n, k).</summary>
    /// <param name="samples">n, at least <paramref name="k"/>.</param>
    /// <param name="right">c, 0 to <paramref name="samples"/>.</param>
    /// <param name="k">1 or more.</param>
    public static double Of(int samples, int right, int k)
    {
        if (samples - right < k) return 1;
        var none = 1.0;
        for (var i = samples - right + 1; i <= samples; i++) none *= 1 - ((double)k / i);
        return 1 - none;
    }
}
