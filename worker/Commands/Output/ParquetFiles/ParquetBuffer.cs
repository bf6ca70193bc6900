using System.Globalization;
using Parquet;
using Parquet.Schema;

namespace RebaseBatch.Commands.Output.ParquetFiles;

/// <summary>The values of one column in the row group that is being filled.</summary>
abstract class ParquetBuffer(DataField field)
{
    public DataField Field { get; } = field;

    /// <summary>Adds the next row's value; null for SQL's null.</summary>
    public abstract void Add(string? text);

    /// <summary>Writes the values and forgets them.</summary>
    public abstract Task FlushAsync(ParquetRowGroupWriter group, CancellationToken ct);

    public static ParquetBuffer Of(string name, RowKind kind) => kind switch
    {
        RowKind.Integer => new ParquetValues<long>(new DataField<long?>(name), text => long.Parse(text, CultureInfo.InvariantCulture)),
        RowKind.Number => new ParquetValues<double>(new DataField<double?>(name), text => double.Parse(text, CultureInfo.InvariantCulture)),
        RowKind.Truth => new ParquetValues<bool>(new DataField<bool?>(name), text => text == "true"),
        RowKind.Time => new ParquetValues<DateTime>(
            new DateTimeDataField(
                name, DateTimeFormat.Timestamp, isAdjustedToUTC: true, DateTimeTimeUnit.Micros, isNullable: true),
            text => DateTime.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind)),
        _ => new ParquetTexts(new DataField<string>(name)),
    };
}
