using RebaseBatch.Migrations;

namespace RebaseBatch.Tests.Support.Postgres;

/// <summary>The script 0021, for today's stores on an earlier schema, and how to undo it before the migration itself runs it.</summary>
static class QueueScript
{
    public const string Undo = """

        DROP FUNCTION turn_now; DROP TABLE teams, model_caps, queue_gate, queue_pause, turns;
        ALTER TABLE jobs DROP priority, DROP team, DROP paused_at, DROP revision;
        ALTER TABLE batches DROP priority, DROP team, DROP paused, DROP turn;
        CREATE INDEX batches_claimable ON batches (run_at, batch_id) WHERE state IN ('available', 'retryable');
        """;

    public static string Do => "\n" + MigrationScript.Embedded().Single(script => script.Number == 21).Sql;
}
