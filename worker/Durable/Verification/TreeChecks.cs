namespace RebaseBatch.Durable.Verification;

/// <summary>Each search's stored steps are one whole tree, and no step was done twice.</summary>
static class TreeChecks
{
    const string Nodes = "SELECT count(*) FROM nodes";
    const string BeginAnew = "the tree's rows are false or missing, and nothing else holds them: 'rebase jobs retry JOB --from-scratch' "
        + "searches the job's problems anew";

    static readonly TableCheck s_twice = new("node_twice", Nodes, """
        SELECT p.job_id, format('job %s problem %s: %s steps are child %s of step %s', p.job_id, p.custom_id, n.times, n.child_index,
            n.parent_no) AS fault
        FROM (SELECT problem_id, parent_no, child_index, count(*) AS times FROM nodes GROUP BY 1, 2, 3 HAVING count(*) > 1) n
        JOIN problems p USING (problem_id)
        """, BeginAnew);

    static readonly TableCheck s_parent = new("node_parent", Nodes, """
        SELECT p.job_id, format('job %s problem %s: step %s is a child of step %s, which is missing', p.job_id, p.custom_id, n.no,
            n.parent_no) AS fault
        FROM nodes n JOIN problems p USING (problem_id)
        WHERE n.parent_no <> 0
          AND NOT EXISTS (SELECT FROM nodes above WHERE above.problem_id = n.problem_id AND above.no = n.parent_no)
        """, BeginAnew);

    static readonly TableCheck s_depth = new("node_depth", Nodes, """
        SELECT p.job_id, format('job %s problem %s: step %s has depth %s, and its parent has %s', p.job_id, p.custom_id, n.no, n.depth,
            coalesce(above.depth, 0)) AS fault
        FROM nodes n JOIN problems p USING (problem_id)
        LEFT JOIN nodes above ON above.problem_id = n.problem_id AND above.no = n.parent_no
        WHERE n.depth <> coalesce(above.depth, 0) + 1 AND (n.parent_no = 0 OR above.no IS NOT NULL)
        """, BeginAnew);

    static readonly TableCheck s_again = new("resampled_steps", "SELECT count(*) FROM searches", """
        SELECT p.job_id, format('job %s problem %s: %s stored steps were sampled again', p.job_id, p.custom_id, s.repeated_steps) AS fault
        FROM searches s JOIN problems p USING (problem_id)
        WHERE s.repeated_steps > 0
        """, "the work was done twice and counted once; report it as a fault of the program");

    public static IReadOnlyList<TableCheck> All { get; } = [s_twice, s_parent, s_depth, s_again];
}
