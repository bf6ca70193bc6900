using System.Globalization;

namespace RebaseBatch.Durable.Batches;

/// <summary>
/// In which order waiting batches are claimed. Batches of one priority and one team wait in one line, and stand in it by their turn: there
/// the submissions (jobs, or the jobs of a sweep together) alternate, problem by problem, so that no long one holds up a short one that
/// came later. Of the lines, the claim takes from
/// <list type="number">
/// <item>one of the highest priority, where a priority gains one point for each <see cref="OnePoint"/> since a line of it was last served
/// (or, if that is later, since the first of its heads is due);</item>
/// <item>then one whose team runs fewer batches than its share: of all batches that run or are claimed now, divided by weight among the
/// teams of that priority that wait;</item>
/// <item>then the team that had the fewest batches for its weight, counted as start-time fair queueing does (P. Goyal, H. Vin, H. Cheng,
/// 1996): with a single place no team runs anything when the claim comes, and its weight would mean nothing;</item>
/// <item>then the one that is due longest.</item>
/// </list>
/// So each priority gets a batch after at most as many points' time as it is below the highest, one more, and a claim of each other one;
/// and at each priority the teams share by weight. Lines gain no points by themselves: with few places each would wait long enough to be
/// the next one in turn, and no weight would count.
/// <para>
/// It costs an index look-up for each line, and <see cref="Depth"/> rows: neither the number of batches nor that of jobs counts. It locks
/// nothing. Claims at the same moment may read the same line as the most behind, which evens out at the next ones.
/// </para>
/// </summary>
static class ClaimOrder
{
    /// <summary>How long a priority gets no batch to gain one point: some batches' time, or a priority would count for little.</summary>
    public static TimeSpan OnePoint { get; } = TimeSpan.FromMinutes(10);

    /// <summary>How many batches a claim looks at beyond its limit: those before them may be locked by claims of other workers.</summary>
    const int Depth = 64;

    /// <summary>How many lines it takes these from, beyond its limit.</summary>
    const int Lines = 16;

    // As the index batches_claimable has it.
    const string IsWaiting = $"b.state IN {BatchStates.Claimable} AND NOT b.paused AND b.run_at < 'infinity'";

    // A job of which this worker knows that it can't serve it, whose window is closed, or of whose models enough batches run, is left to
    // others or to later. The lists are short, and each is hashed once: what a claim passes over costs it a look at a batch, not at a job.
    const string IsServed = """
        b.kind NOT IN (SELECT kind_id FROM refused) AND b.job_id <> ALL(@Jobs) AND b.job_id NOT IN (SELECT job_id FROM closed)
        """;

    static readonly string s_refused = $"""
        refused AS MATERIALIZED (
            SELECT k.kind_id FROM kinds k
            WHERE k.policy = ANY(@Policies) OR k.reward = ANY(@Rewards) OR NOT k.needs <@ @Meets::text[]
                OR (k.models <@ @Only::text[]) IS FALSE OR k.models && ARRAY(SELECT model FROM full_models)),
        closed AS MATERIALIZED (
            SELECT j.job_id FROM jobs j WHERE j.closes_at <= now() AND j.closes_at IS NOT NULL AND j.state IN {JobStates.Unfinished})
        """;

    /// <summary>
    /// The CTEs up to <c>allowed</c> (batch_id, alone, no, and of the batch's line: priority, team, weight, start): what a claim may take,
    /// the next one having the smallest <c>no</c>. Needs <c>WITH RECURSIVE</c>.
    /// </summary>
    /// <param name="limit">SQL: how many batches the claim takes at most.</param>
    /// <param name="idle">SQL: whether it may take one that runs alone.</param>
    public static string Places(string limit, string idle) => string.Create(CultureInfo.InvariantCulture, $"""
        head AS (
            (SELECT b.priority, b.team, b.run_at, b.kind, b.job_id, b.alone FROM batches b
             WHERE {IsWaiting} AND NOT EXISTS (SELECT FROM queue_pause)
             ORDER BY b.priority, b.team, b.turn, b.run_at, b.batch_id LIMIT 1)
            UNION ALL
            SELECT n.* FROM head h CROSS JOIN LATERAL (
                SELECT b.priority, b.team, b.run_at, b.kind, b.job_id, b.alone FROM batches b
                WHERE {IsWaiting} AND (b.priority, b.team) > (h.priority, h.team)
                ORDER BY b.priority, b.team, b.turn, b.run_at, b.batch_id LIMIT 1) n),
        held AS MATERIALIZED (
            SELECT b.team, count(*) AS batches FROM batches b WHERE b.state = '{BatchStates.Running}' GROUP BY b.team),
        full_models AS MATERIALIZED (
            SELECT m.model FROM model_caps m
            WHERE m.most_running <= (
                SELECT count(*) FROM batches b JOIN kinds k ON k.kind_id = b.kind
                WHERE b.state = '{BatchStates.Running}' AND m.model = ANY(k.models))),
        {s_refused},
        level AS MATERIALIZED (SELECT u.priority, max(u.served_at) AS served_at FROM turns u GROUP BY u.priority),
        passed AS MATERIALIZED (SELECT u.team, max(u.pass) AS pass FROM turns u GROUP BY u.team),
        open_line AS MATERIALIZED (
            SELECT b.priority, b.team, coalesce(t.weight, 1) AS weight, coalesce(r.batches, 0) AS running,
                t.most_running - coalesce(r.batches, 0) AS room, p.pass, b.run_at AS head_run_at,
                b.run_at <= now() AND ({idle} OR NOT b.alone) AND {IsServed} AS is_head
            FROM head b
            LEFT JOIN teams t ON t.name = b.team
            LEFT JOIN held r ON r.team = b.team
            LEFT JOIN passed p ON p.team = b.team
            WHERE t.most_running IS NULL OR t.most_running > coalesce(r.batches, 0)),
        line AS MATERIALIZED (
            SELECT h.priority, h.team, h.weight, h.running, h.room, f.run_at, v.served_at,
                greatest(0, h.pass, (SELECT max(start) FROM turns)) AS start
            FROM open_line h
            CROSS JOIN LATERAL (
                SELECT h.head_run_at AS run_at WHERE h.is_head
                UNION ALL
                (SELECT b.run_at FROM batches b
                 WHERE NOT h.is_head AND {IsWaiting} AND b.priority = h.priority AND b.team = h.team
                   AND b.run_at <= now() AND ({idle} OR NOT b.alone) AND {IsServed}
                 ORDER BY b.turn, b.run_at, b.batch_id
                 LIMIT 1)) f
            LEFT JOIN level v ON v.priority = h.priority),
        shared AS (
            SELECT l.*, weight * (sum(running) OVER same + {limit}) / sum(weight) OVER same AS share,
                priority + greatest(0, floor(
                    extract(epoch FROM now() - greatest(served_at, min(run_at) OVER same)) / {OnePoint.TotalSeconds})) AS aged
            FROM line l WINDOW same AS (PARTITION BY priority)),
        ahead AS MATERIALIZED (
            SELECT * FROM (
                SELECT s.*, row_number() OVER (PARTITION BY priority ORDER BY running >= share, start, run_at, team) AS of_level
                FROM shared s) s
            ORDER BY CASE WHEN of_level = 1 THEN aged ELSE priority END DESC, priority DESC, of_level
            LIMIT {limit} + {Lines}),
        seat AS (
            SELECT c.batch_id, c.alone, c.kind, a.priority, a.team, a.weight, a.start, a.room, a.aged,
                row_number() OVER (PARTITION BY a.priority ORDER BY a.running + c.no - 1 >= a.share, a.start + (c.no - 1) / a.weight,
                    c.run_at, c.batch_id) AS of_level
            FROM ahead a
            CROSS JOIN LATERAL (
                SELECT w.*, row_number() OVER (ORDER BY w.turn, w.run_at, w.batch_id) AS no FROM (
                    SELECT b.batch_id, b.kind, b.turn, b.run_at, b.alone FROM batches b
                    WHERE {IsWaiting} AND b.priority = a.priority AND b.team = a.team
                      AND b.run_at <= now() AND ({idle} OR NOT b.alone) AND {IsServed}
                    ORDER BY b.turn, b.run_at, b.batch_id
                    LIMIT {limit} + {Depth} / (SELECT count(*) FROM ahead)) w) c),
        place AS (
            SELECT s.*, row_number() OVER (
                ORDER BY CASE WHEN of_level = 1 THEN aged ELSE priority END DESC, priority DESC, of_level) AS no
            FROM seat s),
        allowed AS MATERIALIZED (
            SELECT p.batch_id, p.alone, p.no, p.priority, p.team, p.weight, p.start FROM (
                SELECT p.*, row_number() OVER (PARTITION BY p.team ORDER BY p.no) AS of_team,
                    row_number() OVER (PARTITION BY c.model IS NOT NULL ORDER BY p.no) AS of_capped, c.model IS NOT NULL AS is_capped
                FROM place p
                LEFT JOIN LATERAL (
                    SELECT m.model FROM model_caps m JOIN kinds k ON m.model = ANY(k.models)
                    WHERE k.kind_id = p.kind LIMIT 1) c ON true) p
            WHERE (p.room IS NULL OR p.of_team <= p.room) AND (NOT p.is_capped OR p.of_capped = 1))
        """);
}
