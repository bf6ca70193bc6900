using Parquet;
using Parquet.Schema;

namespace RebaseBatch.Commands.Output.ParquetFiles;

/// <summary>A column of texts; JSON documents are texts too.</summary>
sealed class ParquetTexts(DataField field) : ParquetBuffer(field)
{
    readonly List<string?> _values = [];

    public override void Add(string? text) => _values.Add(text);

    public override async Task FlushAsync(ParquetRowGroupWriter group, CancellationToken ct)
    {
        await group.WriteAsync(Field, (IReadOnlyCollection<string?>)_values);
        _values.Clear();
    }
}
