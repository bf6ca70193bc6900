using RebaseBatch.Durable.Batches;

namespace RebaseBatch.Durable.Verification;

/// <summary>Which result files must be ordered from the outbox, and which orders can't be carried out.</summary>
static class FileOrders
{
    public const string Reason = "has not ended, or is gone";

    /// <summary>A condition on <c>outbox o</c>: its batch, or its job for batch number 0, has not ended or is gone.</summary>
    public const string IsVain = $"""
        CASE o.batch_no
            WHEN 0 THEN NOT EXISTS (SELECT FROM jobs j WHERE j.job_id = o.job_id AND j.state IN {JobStates.Ended})
            ELSE NOT EXISTS (
                SELECT FROM batches b WHERE b.job_id = o.job_id AND b.batch_no = o.batch_no AND b.state NOT IN {BatchStates.Unfinished})
        END
        """;

    /// <summary>The numbers of jobs and batches that ended, and have neither all their files nor an order.</summary>
    public const string Missing = $"""
        SELECT e.job_id, e.batch_no
        FROM (
            SELECT b.job_id, b.batch_no, 2 AS files FROM batches b
            WHERE b.state NOT IN {BatchStates.Unfinished} AND EXISTS (SELECT FROM answers a WHERE a.batch_id = b.batch_id)
            UNION ALL SELECT job_id, 0, 1 FROM jobs WHERE state IN {JobStates.Ended}) e
        WHERE NOT EXISTS (SELECT FROM outbox o WHERE o.job_id = e.job_id AND o.batch_no = e.batch_no)
          AND (SELECT count(*) FROM blobs f WHERE f.job_id = e.job_id AND f.batch_no = e.batch_no) <> e.files
        """;
}
