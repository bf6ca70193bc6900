namespace RebaseBatch.Durable.Environments;

/// <summary>What a problem's search ran on, in SQL.</summary>
static class SearchEnvironments
{
    /// <summary>
    /// The ids of the environments in which the stored steps of <c>problems p</c> were sampled. Without a step that of the attempt that has
    /// <c>batches b</c>; null when it said none.
    /// </summary>
    public const string Ids = """
        coalesce(
            (SELECT array_agg(DISTINCT t.environment_id) FROM nodes n
             JOIN attempt_environments t ON t.batch_id = b.batch_id AND t.lease_epoch = n.lease_epoch WHERE n.problem_id = p.problem_id),
            (SELECT array_agg(t.environment_id) FROM attempt_environments t
             WHERE t.batch_id = b.batch_id AND t.lease_epoch = b.lease_epoch))
        """;

    /// <summary>Whether one of these environments had the model on a server, which measures no device seconds.</summary>
    /// <param name="role">policy or reward.</param>
    public static string IsServed(string role) =>
        $"EXISTS (SELECT FROM environments e WHERE e.environment_id = ANY ({Ids}) AND e.content #> '{{{role},server}}' IS NOT NULL)";
}
