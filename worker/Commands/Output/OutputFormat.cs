namespace RebaseBatch.Commands.Output;

/// <summary>How a reading command writes its data.</summary>
enum OutputFormat
{
    /// <summary>For people.</summary>
    Table,

    /// <summary>For programs: an object, or an array of objects.</summary>
    Json,

    /// <summary>For programs and spreadsheets: RFC 4180 with a header line.</summary>
    Csv,
}
