using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Parquet;
using Parquet.Schema;

namespace RebaseBatch.Core.Datasets.ParquetFiles;

/// <summary>
/// The rows of a Parquet file, each as a JSON object. Only columns that a problem is made of are read, and one row group at a time is in
/// the memory. Numbers of rows begin with 1.
/// </summary>
sealed class ParquetRows : IRecords
{
    /// <summary>256 MB. Writers make row groups of some MB; the limit is for files that were made to fill the memory.</summary>
    public const long MostOfGroup = 1L << 28;

    // The texts go to our own reader alone, where nothing needs an escape that JSON does not ask for.
    static readonly JsonWriterOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    readonly Stream _file;
    readonly ParquetWindow _window;
    readonly ParquetReader _reader;
    readonly IReadOnlyList<Field> _fields;
    readonly int _longest;
    readonly ArrayBufferWriter<byte> _row = new();
    IReadOnlyList<ParquetColumn> _columns = [];
    IReadOnlyList<ParquetNode> _nodes = [];
    long _left;
    int _group;

    ParquetRows(Stream file, ParquetWindow window, ParquetReader reader, IReadOnlyList<Field> fields, int longest) =>
        (_file, _window, _reader, _fields, _longest) = (file, window, reader, fields, longest);

    /// <summary>The paths of all columns of the file.</summary>
    public IReadOnlyList<string> Columns { get; private init; } = [];

    public int Number { get; private set; }

    public ReadOnlyMemory<byte> Line => Fault is null ? _row.WrittenMemory : ReadOnlyMemory<byte>.Empty;

    public string? Fault { get; private set; }

    /// <param name="file">Can be read at any place.</param>
    /// <param name="longest">Bytes that the JSON of a row may have.</param>
    /// <param name="isTaken">Whether a column of that name is read.</param>
    /// <exception cref="InvalidLineException">The file can't be read; the reason says why.</exception>
    public static Task<ParquetRows> OpenAsync(Stream file, int longest, Func<string, bool> isTaken, CancellationToken ct) =>
        NamedAsync(async () =>
        {
            await ParquetFooter.CheckAsync(file, ct);
            var window = new ParquetWindow(file);
            var reader = await ParquetReader.CreateAsync(window, new ParquetOptions(), leaveStreamOpen: true, ct);
            var all = reader.Schema.Fields;
            var fields = all.Where(field => isTaken(field.Name)).ToList();
            if (fields.CountBy(field => field.Name).FirstOrDefault(count => count.Value > 1) is { Key: { } twice })
                throw new InvalidLineException($"the Parquet file has two columns with the name '{twice}'");
            if (fields.Count == 0) throw new InvalidLineException($"the Parquet file has no column that is known: it has {Names(all)}");
            return new ParquetRows(file, window, reader, fields, longest) { Columns = [.. all.SelectMany(ParquetNode.PathsOf)] };
        });

    /// <exception cref="InvalidLineException">The file can't be read from here on; the reason says why.</exception>
    public ValueTask<bool> ReadAsync(CancellationToken ct) => new(NamedAsync(async () =>
    {
        while (_left == 0)
        {
            if (_columns.Any(column => !column.IsAtEnd))
                throw new InvalidDataException("a column has too many values");
            if (_group == _reader.RowGroupCount) return false;
            await OpenGroupAsync(_reader.OpenRowGroupReader(_group++), ct);
        }
        _left--;
        Number++;
        _row.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_row, s_json))
        {
            json.WriteStartObject();
            for (var i = 0; i < _nodes.Count; i++)
            {
                json.WritePropertyName(_fields[i].Name);
                _nodes[i].Write(json);
            }
            json.WriteEndObject();
        }
        Fault = _row.WrittenCount > _longest ? "the row is longer than 1 MB" : null;
        foreach (var column in _columns) Fault = column.TakeFault() ?? Fault;
        return true;
    }));

    async Task OpenGroupAsync(ParquetRowGroupReader group, CancellationToken ct)
    {
        (_columns, _nodes) = ([], []);
        var fields = _fields.SelectMany(ParquetNode.ColumnsOf).ToList();
        var (ends, memory) = (new List<long>(), 0L);
        foreach (var field in fields)
        {
            var chunk = group.GetMetadata(field);
            if (chunk is not { MetaData: { NumValues: >= 0 } column, FilePath: null })
                throw new InvalidDataException($"the column '{field.Path}' has no pages in this file");
            var (end, more) = await ParquetPages.WalkAsync(_file, column, field.MaxRepetitionLevel, ct);
            ends.Add(end);
            if ((memory += more) > MostOfGroup)
                throw new InvalidLineException(
                    $"a row group of the Parquet file unpacks to more than {MostOfGroup >> 20} MB; write it with smaller row groups");
        }
        var columns = new Dictionary<DataField, ParquetColumn>(ReferenceEqualityComparer.Instance);
        foreach (var (field, end) in fields.Zip(ends))
        {
            _window.End = end;
            columns.Add(field, await ParquetColumn.ReadAsync(group, field, (int)group.GetMetadata(field)!.MetaData!.NumValues, ct));
        }
        _nodes = [.. _fields.Select(field => new ParquetNode(field, columns))];
        _columns = [.. columns.Values];
        _left = group.RowCount >= 0 ? group.RowCount : throw new InvalidDataException("a row group has no rows");
    }

    static string Names(IReadOnlyList<Field> fields) => string.Join(", ", fields.Take(10).Select(field => $"'{field.Name}'"))
        + (fields.Count > 10 ? $" and {fields.Count - 10} others" : "");

    /// <summary>The library throws exceptions of any type where bytes are damaged, so all of them count as that.</summary>
    static async Task<T> NamedAsync<T>(Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception e) when (e is not (InvalidLineException or OperationCanceledException))
        {
            throw new InvalidLineException(
                $"the Parquet file is damaged, or of a form that can't be read ({e.Message.ReplaceLineEndings(" ")})");
        }
    }
}
