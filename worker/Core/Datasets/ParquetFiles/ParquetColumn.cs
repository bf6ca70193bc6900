using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using Parquet;
using Parquet.Schema;

namespace RebaseBatch.Core.Datasets.ParquetFiles;

/// <summary>
/// The values of a column of one row group, read one after the other: a value's levels say where in the lists and objects of its row it
/// stands, or which of them is missing (Dremel's encoding, see Parquet's format).
/// </summary>
sealed class ParquetColumn
{
    readonly DataField _field;
    readonly int[] _definitions, _repetitions;
    readonly int _count;
    Action<Utf8JsonWriter, int> _write = static (_, _) => { };
    int _at, _value;

    ParquetColumn(DataField field, int count)
    {
        (_field, _count) = (field, count);
        _definitions = field.MaxDefinitionLevel > 0 ? new int[count] : [];
        _repetitions = field.MaxRepetitionLevel > 0 ? new int[count] : [];
    }

    public bool IsAtEnd => _at == _count;

    /// <summary>How many of the optional and repeated parts of the column's path are there at this place.</summary>
    public int Definition => IsAtEnd ? throw new InvalidDataException($"the column '{_field.Path}' ends before the others")
        : _definitions.Length == 0 ? 0 : _definitions[_at];

    /// <summary>0 at a row's first value; otherwise which list of the path goes on.</summary>
    public int Repetition => _repetitions.Length == 0 ? 0 : _repetitions[_at];

    /// <summary>Why a value that was written can't be used, since this was asked last; null when all can.</summary>
    public string? TakeFault() => (_fault, _fault = null).Item1;

    string? _fault;

    /// <exception cref="InvalidDataException">The column is damaged; the library throws other exceptions too.</exception>
    public static async Task<ParquetColumn> ReadAsync(ParquetRowGroupReader group, DataField field, int count, CancellationToken ct)
    {
        var column = new ParquetColumn(field, count);
        column._write = field.ClrType switch
        {
            var type when type == typeof(ReadOnlyMemory<char>) =>
                await Read<ReadOnlyMemory<char>>((json, value) => json.WriteStringValue(value.Span)),
            var type when type == typeof(ReadOnlyMemory<byte>) => await Read<ReadOnlyMemory<byte>>(column.WriteBytes),
            var type when type == typeof(bool) => await Read<bool>((json, value) => json.WriteBooleanValue(value)),
            var type when type == typeof(double) => await Read<double>(WriteDouble),
            var type when type == typeof(float) => await Read<float>(WriteFloat),
            var type when type == typeof(decimal) => await Read<decimal>((json, value) => json.WriteNumberValue(value)),
            var type when type == typeof(sbyte) => await Read<sbyte>((json, value) => json.WriteNumberValue(value)),
            var type when type == typeof(byte) => await Read<byte>((json, value) => json.WriteNumberValue(value)),
            var type when type == typeof(short) => await Read<short>((json, value) => json.WriteNumberValue(value)),
            var type when type == typeof(ushort) => await Read<ushort>((json, value) => json.WriteNumberValue(value)),
            var type when type == typeof(int) => await Read<int>((json, value) => json.WriteNumberValue(value)),
            var type when type == typeof(uint) => await Read<uint>((json, value) => json.WriteNumberValue(value)),
            var type when type == typeof(long) => await Read<long>((json, value) => json.WriteNumberValue(value)),
            var type when type == typeof(ulong) => await Read<ulong>((json, value) => json.WriteNumberValue(value)),
            var type when type == typeof(DateTime) => await Read<DateTime>((json, value) => json.WriteStringValue(value)),
            var type when type == typeof(Guid) => await Read<Guid>((json, value) => json.WriteStringValue(value)),
            var type => throw new InvalidDataException($"the column '{field.Path}' is of the type {type.Name}"),
        };
        return column;

        Task<Action<Utf8JsonWriter, int>> Read<T>(Action<Utf8JsonWriter, T> write) where T : struct => column.ReadAsync(group, write, ct);
    }

    /// <summary>Writes the value at this place, which must be there, and goes on to the next place.</summary>
    public void Write(Utf8JsonWriter json)
    {
        _write(json, _value++);
        _at++;
    }

    /// <summary>Goes on behind a value that is not there.</summary>
    public void Skip() => _at++;

    async Task<Action<Utf8JsonWriter, int>> ReadAsync<T>(ParquetRowGroupReader group, Action<Utf8JsonWriter, T> write, CancellationToken ct)
        where T : struct
    {
        var values = new T[_count];
        await group.ReadRawAsync<T>(
            _field, values, Levels(_definitions, _field.MaxDefinitionLevel), Levels(_repetitions, _field.MaxRepetitionLevel), ct);
        return (json, index) => write(json, values[index]);
    }

    // A null without its type would be an empty Memory.
    static Memory<int>? Levels(int[] levels, int highest) => highest > 0 ? levels.AsMemory() : default(Memory<int>?);

    /// <summary>Bytes without a type are texts of writers that did not name them so.</summary>
    void WriteBytes(Utf8JsonWriter json, ReadOnlyMemory<byte> bytes)
    {
        if (Utf8.IsValid(bytes.Span)) json.WriteStringValue(bytes.Span);
        else
        {
            _fault = $"the column '{_field.Path}' has bytes that are not UTF-8";
            json.WriteNullValue();
        }
    }

    static void WriteDouble(Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value)) json.WriteNumberValue(value);
        else json.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
    }

    static void WriteFloat(Utf8JsonWriter json, float value)
    {
        if (float.IsFinite(value)) json.WriteNumberValue(value);
        else json.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
    }
}
