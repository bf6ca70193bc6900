namespace RebaseBatch.Edge.Dashboard;

/// <summary>The page with the tree of one search.</summary>
static class TreeRoutes
{
    /// <summary>Relative to the worker's page.</summary>
    /// <param name="place">The problem's place in the job's dataset, from 0.</param>
    public static string Of(long jobId, int place) => $"{ReportRoutes.OfJob(jobId)}/trees/{place}";
}
