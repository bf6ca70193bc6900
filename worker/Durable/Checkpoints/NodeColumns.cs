using NpgsqlTypes;
using RebaseBatch.Core.Searching;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Durable.Checkpoints;

/// <summary>
/// The columns of the table <c>nodes</c>, for writing and for reading. The tokens are written apart (<see cref="CheckpointStore"/>),
/// because an array of arrays must be rectangular.
/// </summary>
static class NodeColumns
{
    public const string Problem = "problem_id";
    const string No = "no";
    const string ParentNo = "parent_no";
    const string Depth = "depth";
    const string ChildIndex = "child_index";
    const string State = "state";
    const string Score = "score";
    const string Text = "text";
    const string Sampled = "sampled";
    const string PolicyEvaluated = "policy_evaluated";
    const string PolicyReencoded = "policy_reencoded";
    const string PolicyCached = "policy_cached";
    const string PolicySeconds = "policy_seconds";
    const string RewardEvaluated = "reward_evaluated";
    const string RewardReencoded = "reward_reencoded";
    const string RewardCached = "reward_cached";
    const string RewardSeconds = "reward_seconds";
    const string Embedding = "embedding";
    const string EmbeddingEvaluated = "embedding_evaluated";
    const string EmbeddingSeconds = "embedding_seconds";
    const string Tokens = "tokens";

    /// <summary>All columns except the tokens, in the order of <see cref="Names"/> and <see cref="Arrays"/>.</summary>
    public static IReadOnlyList<ArrayColumn<CheckpointEntry>> All { get; } =
    [
        ArrayColumn<CheckpointEntry>.Of(Problem, "bigint", NpgsqlDbType.Bigint, e => e.ProblemId),
        ArrayColumn<CheckpointEntry>.Of(No, "int", NpgsqlDbType.Integer, e => e.Node.No),
        ArrayColumn<CheckpointEntry>.Of(ParentNo, "int", NpgsqlDbType.Integer, e => e.Node.ParentNo),
        ArrayColumn<CheckpointEntry>.Of(Depth, "int", NpgsqlDbType.Integer, e => e.Node.Depth),
        ArrayColumn<CheckpointEntry>.Of(ChildIndex, "int", NpgsqlDbType.Integer, e => e.Node.ChildIndex),
        ArrayColumn<CheckpointEntry>.Of(State, "smallint", NpgsqlDbType.Smallint, e => (short)e.Node.State),
        ArrayColumn<CheckpointEntry>.Of(Score, "float8", NpgsqlDbType.Double, e => e.Node.Score),
        ArrayColumn<CheckpointEntry>.Of(Text, "text", NpgsqlDbType.Text, e => PostgresText.Clean(e.Node.Text)),
        ArrayColumn<CheckpointEntry>.Of(Sampled, "int", NpgsqlDbType.Integer, e => e.Node.Cost.Sampled),
        ArrayColumn<CheckpointEntry>.Of(PolicyEvaluated, "int", NpgsqlDbType.Integer, e => e.Node.Cost.Policy.Evaluated),
        ArrayColumn<CheckpointEntry>.Of(PolicyReencoded, "int", NpgsqlDbType.Integer, e => e.Node.Cost.Policy.Reencoded),
        ArrayColumn<CheckpointEntry>.Of(PolicyCached, "int", NpgsqlDbType.Integer, e => e.Node.Cost.Policy.Cached),
        ArrayColumn<CheckpointEntry>.Of(PolicySeconds, "float8", NpgsqlDbType.Double, e => e.Node.Cost.Policy.Seconds),
        ArrayColumn<CheckpointEntry>.Of(RewardEvaluated, "int", NpgsqlDbType.Integer, e => e.Node.Cost.Reward.Evaluated),
        ArrayColumn<CheckpointEntry>.Of(RewardReencoded, "int", NpgsqlDbType.Integer, e => e.Node.Cost.Reward.Reencoded),
        ArrayColumn<CheckpointEntry>.Of(RewardCached, "int", NpgsqlDbType.Integer, e => e.Node.Cost.Reward.Cached),
        ArrayColumn<CheckpointEntry>.Of(RewardSeconds, "float8", NpgsqlDbType.Double, e => e.Node.Cost.Reward.Seconds),
        ArrayColumn<CheckpointEntry>.Of(Embedding, "bytea", NpgsqlDbType.Bytea, e => VectorBytes.Of(e.Node.Embedding)),
        ArrayColumn<CheckpointEntry>.Of(EmbeddingEvaluated, "int", NpgsqlDbType.Integer, e => e.Node.Cost.Embedding.Evaluated),
        ArrayColumn<CheckpointEntry>.Of(EmbeddingSeconds, "float8", NpgsqlDbType.Double, e => e.Node.Cost.Embedding.Seconds),
    ];

    /// <summary>The names of <see cref="All"/>, for a list of columns.</summary>
    public static string Names { get; } = ArrayColumns.Names(All);

    /// <summary>The columns that <see cref="Read"/> needs, from a table with this alias.</summary>
    public static string Select(string alias) => $"{NamesIn(alias)}, {alias}.{Tokens}";

    /// <summary>As <see cref="Names"/>, from a table with this alias.</summary>
    public static string NamesIn(string alias) => ArrayColumns.NamesIn(All, alias);

    /// <summary>The parameters that <see cref="ArrayColumn{TRow}.Write"/> gives, cast, for <c>unnest</c>.</summary>
    /// <param name="first">Number of the first parameter.</param>
    public static string Arrays(int first) => ArrayColumns.Arrays(All, first);

    public static SearchNode Read(NamedRow row) => new()
    {
        No = row.Get<int>(No),
        ParentNo = row.Get<int>(ParentNo),
        Depth = row.Get<int>(Depth),
        ChildIndex = row.Get<int>(ChildIndex),
        State = (NodeState)row.Get<short>(State),
        Score = row.Optional<double>(Score),
        Tokens = row.Get<int[]>(Tokens),
        Text = row.Get<string>(Text),
        Embedding = row.IsNull(Embedding) ? null : VectorBytes.Read(row.Get<byte[]>(Embedding)),
        Cost = new(
            row.Get<int>(Sampled),
            new(row.Get<int>(PolicyEvaluated), row.Get<int>(PolicyReencoded), row.Get<double>(PolicySeconds))
            {
                Cached = row.Optional<int>(PolicyCached),
            },
            new(row.Get<int>(RewardEvaluated), row.Get<int>(RewardReencoded), row.Get<double>(RewardSeconds))
            {
                Cached = row.Optional<int>(RewardCached),
            })
        {
            Embedding = new(row.Get<int>(EmbeddingEvaluated), 0, row.Get<double>(EmbeddingSeconds)),
        },
    };
}
