namespace RebaseBatch.Evaluation.Reports;

/// <summary>A run that a report was asked for, and its jobs; one job may belong to several.</summary>
sealed record NamedRun(RunName Name, IReadOnlyList<long> Jobs)
{
    public bool Has(MeasuredJob job) => Jobs.Contains(job.JobId);
}
