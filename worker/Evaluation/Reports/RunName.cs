namespace RebaseBatch.Evaluation.Reports;

/// <summary>A job, or all jobs of a sweep, by its number.</summary>
readonly record struct RunName(bool IsSweep, long Id)
{
    /// <summary><c>sweep 3</c>, <c>job 7</c></summary>
    public override string ToString() => $"{(IsSweep ? "sweep" : "job")} {Id}";
}
