using Parquet;
using Parquet.Schema;

namespace RebaseBatch.Commands.Output.ParquetFiles;

/// <summary>A column of numbers, truth values or times.</summary>
sealed class ParquetValues<T>(DataField field, Func<string, T> parse) : ParquetBuffer(field) where T : struct
{
    T?[] _values = new T?[1024];
    int _count;

    public override void Add(string? text)
    {
        if (_count == _values.Length) Array.Resize(ref _values, 2 * _count);
        _values[_count++] = text is null ? null : parse(text);
    }

    public override async Task FlushAsync(ParquetRowGroupWriter group, CancellationToken ct)
    {
        await group.WriteAsync<T>(Field, _values.AsMemory(0, _count), cancellationToken: ct);
        _count = 0;
    }
}
