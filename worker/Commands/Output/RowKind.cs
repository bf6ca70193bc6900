namespace RebaseBatch.Commands.Output;

/// <summary>What the values of a query's column are.</summary>
enum RowKind
{
    Text,

    /// <summary>Fits a long.</summary>
    Integer,

    /// <summary>Any other number.</summary>
    Number,

    Truth,
    Json,

    /// <summary>Written as in the rest of this program: 2026-02-01T03:04:05.678Z.</summary>
    Time,
}
