using RebaseBatch.Durable.Batches;

namespace RebaseBatch.Durable.Verification;

/// <summary>Jobs and batches are where their rows say, and nobody waits for what nobody does.</summary>
static class StateChecks
{
    static readonly TableCheck s_leases = new("live_leases", $"SELECT count(*) FROM batches WHERE state = '{BatchStates.Running}'", $"""
        SELECT job_id, format('job %s batch %s: the lease of worker %L ran out %s s ago, and nobody took the batch from it', job_id,
            batch_no, lease_owner, round(extract(epoch FROM now() - lease_until))) AS fault
        FROM batches
        WHERE state = '{BatchStates.Running}' AND lease_until < now() - make_interval(secs => @Grace)
        """);

    static readonly TableCheck s_jobs = new("job_states", "SELECT count(*) FROM jobs", $"""
        SELECT job_id, format('job %s is %s, and %s of its batches have not ended', job_id, state, unfinished) AS fault
        FROM jobs j, LATERAL (
            SELECT count(*) AS unfinished FROM batches b WHERE b.job_id = j.job_id AND b.state IN {BatchStates.Unfinished}) b
        WHERE (state IN {JobStates.Ended}) = (unfinished > 0)
        """);

    static readonly TableCheck s_counts = new("problem_counts", "SELECT count(*) FROM jobs", """
        SELECT j.job_id, format('job %s has %s problems, and %s rows of them', j.job_id, j.problem_count, p.problems) AS fault
        FROM jobs j, LATERAL (SELECT count(*) AS problems FROM problems p WHERE p.job_id = j.job_id) p
        WHERE j.problem_count <> p.problems
        """, "problems can't be made from other rows: enqueue the dataset again");

    static readonly TableCheck s_outbox = new("outbox_rows", "SELECT count(*) FROM outbox", $"""
        SELECT o.job_id, format('job %s batch %s: its files are due, and it {FileOrders.Reason}', o.job_id, o.batch_no) AS fault
        FROM outbox o WHERE {FileOrders.IsVain}
        """);

    static readonly TableCheck s_files = new("files_ordered", $"""
        SELECT (SELECT count(*) FROM batches WHERE state NOT IN {BatchStates.Unfinished})
            + (SELECT count(*) FROM jobs WHERE state IN {JobStates.Ended})
        """, $"""
        SELECT job_id, format('job %s %s has ended, and its files are neither written nor due', job_id,
            CASE batch_no WHEN 0 THEN 'itself' ELSE 'batch ' || batch_no END) AS fault
        FROM ({FileOrders.Missing}) missing
        """);

    public static IReadOnlyList<TableCheck> All { get; } = [s_leases, s_jobs, s_counts, s_outbox, s_files];
}
