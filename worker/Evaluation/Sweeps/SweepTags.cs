using RebaseBatch.Contracts;

namespace RebaseBatch.Evaluation.Sweeps;

/// <summary>The tags of a sweep that has passed the checks of <see cref="SweepReader"/>.</summary>
static class SweepTags
{
    /// <param name="texts">As the sweep has them; null for none.</param>
    public static TagSet Of(IReadOnlyList<string>? texts) => TagSet.Read(texts ?? []).Tags ?? TagSet.None;
}
