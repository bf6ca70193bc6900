using System.Text.Json;
using Parquet.Schema;

namespace RebaseBatch.Core.Datasets.ParquetFiles;

/// <summary>A field of a row: a column, or an object, a list or a map of fields. Makes the JSON of one row after the other.</summary>
sealed class ParquetNode
{
    readonly Field _field;
    readonly IReadOnlyList<ParquetNode> _children;
    readonly ParquetColumn? _column;

    /// <param name="columns">The columns below the field, among others.</param>
    public ParquetNode(Field field, IReadOnlyDictionary<DataField, ParquetColumn> columns)
    {
        _field = field;
        _column = field is DataField data ? columns[data] : null;
        _children = [.. ChildrenOf(field).Select(child => new ParquetNode(child, columns))];
        First = _column ?? _children[0].First;
    }

    /// <summary>Its first column, whose levels say what of this field is there.</summary>
    public ParquetColumn First { get; }

    /// <summary>The columns below a field, in their order.</summary>
    public static IEnumerable<DataField> ColumnsOf(Field field) =>
        field is DataField column ? [column] : ChildrenOf(field).SelectMany(ColumnsOf);

    /// <summary>The paths of the fields that a line has below a field: those in objects, but not those in lists.</summary>
    public static IEnumerable<string> PathsOf(Field field) => field is StructField group
        ? group.Fields.SelectMany(PathsOf).Select(path => $"{field.Name}.{path}")
        : [field.Name];

    /// <summary>Writes the field's next value and goes behind it.</summary>
    public void Write(Utf8JsonWriter json)
    {
        switch (_field)
        {
            case DataField { IsArray: true }: WriteList(json, new(_field.MaxDefinitionLevel, _field.MaxRepetitionLevel), WriteValue); break;
            case DataField: WriteValue(json); break;
            case StructField: WriteObject(json); break;
            // The oldest form of a list: the column itself is repeated.
            case ListField { Item: DataField { IsArray: true } item }:
                WriteList(json, new(item.MaxDefinitionLevel, item.MaxRepetitionLevel), _children[0].WriteValue);
                break;
            case ListField: WriteList(json, new(_field.MaxDefinitionLevel, _field.MaxRepetitionLevel), _children[0].Write); break;
            case MapField: WriteMap(json); break;
            default: throw new InvalidDataException($"the column '{_field.Path}' has the form {_field.SchemaType}");
        }
    }

    static IEnumerable<Field> ChildrenOf(Field field) => field switch
    {
        StructField group => group.Fields,
        ListField list => [list.Item],
        MapField map => [map.Key, map.Value],
        _ => [],
    };

    void WriteValue(Utf8JsonWriter json)
    {
        if (First.Definition == _field.MaxDefinitionLevel) First.Write(json);
        else WriteMissing(json);
    }

    void WriteMissing(Utf8JsonWriter json)
    {
        json.WriteNullValue();
        Skip();
    }

    void WriteObject(Utf8JsonWriter json)
    {
        if (First.Definition < _field.MaxDefinitionLevel)
        {
            WriteMissing(json);
            return;
        }
        json.WriteStartObject();
        foreach (var child in _children)
        {
            json.WritePropertyName(child._field.Name);
            child.Write(json);
        }
        json.WriteEndObject();
    }

    /// <param name="level">The levels of a list that has an item.</param>
    void WriteList(Utf8JsonWriter json, Levels level, Action<Utf8JsonWriter> write)
    {
        if (!HasItems(level))
        {
            WriteEmpty(json, level, json.WriteStartArray, json.WriteEndArray);
            return;
        }
        json.WriteStartArray();
        do write(json);
        while (!First.IsAtEnd && First.Repetition == level.Repetition);
        json.WriteEndArray();
    }

    void WriteMap(Utf8JsonWriter json)
    {
        var level = new Levels(_field.MaxDefinitionLevel, _field.MaxRepetitionLevel);
        if (!HasItems(level))
        {
            WriteEmpty(json, level, json.WriteStartObject, json.WriteEndObject);
            return;
        }
        json.WriteStartObject();
        do
        {
            json.WritePropertyName(_children[0].Key());
            _children[1].Write(json);
        }
        while (!First.IsAtEnd && First.Repetition == level.Repetition);
        json.WriteEndObject();
    }

    bool HasItems(Levels level) => First.Definition >= level.Definition;

    /// <summary>One level less than an item's: there is a list without items. Less than that: no list.</summary>
    void WriteEmpty(Utf8JsonWriter json, Levels level, Action start, Action end)
    {
        if (First.Definition < level.Definition - 1)
        {
            WriteMissing(json);
            return;
        }
        start();
        end();
        Skip();
    }

    /// <summary>A map's key as a text, whatever its type.</summary>
    string Key()
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes)) Write(json);
        using var value = JsonDocument.Parse(bytes.ToArray());
        return value.RootElement.ToString();
    }

    void Skip()
    {
        _column?.Skip();
        foreach (var child in _children) child.Skip();
    }

    readonly record struct Levels(int Definition, int Repetition);
}
