namespace RebaseBatch.Evaluation.Flips;

/// <summary>The two jobs of one seed of a cell.</summary>
sealed record FlipPair(FlipJob First, FlipJob Second)
{
    public long Seed => First.Spec.Seed;

    /// <summary>Whether both runs have the same job: then nothing can differ.</summary>
    public bool IsSameJob => First.JobId == Second.JobId;
}
