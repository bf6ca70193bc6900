namespace RebaseBatch.Evaluation.Reports;

/// <summary>A run that the user named for a report, and its jobs; one job may belong to several runs.</summary>
sealed record NamedRun(RunName Name, IReadOnlyList<long> Jobs)
{
    public bool Has(MeasuredJob job) => Jobs.Contains(job.JobId);
}
