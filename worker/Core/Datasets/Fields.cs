using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace RebaseBatch.Core.Datasets;

/// <summary>Reads a JSON object's fields, with the sentence that names what is wrong.</summary>
static class Fields
{
    /// <param name="path">A name, or names with dots for a field in an object. Case matters only where two names differ in nothing else:
    /// SVAMP has <c>Body</c> and <c>Question</c>.</param>
    /// <returns>The field; null when it is absent or null.</returns>
    public static JsonElement? Find(JsonElement line, string path)
    {
        // A table made of nested objects has the dots in the names of its columns.
        if (path.Contains('.', StringComparison.Ordinal) && line.ValueKind == JsonValueKind.Object && Child(line, path) is { } flat)
            return flat.ValueKind == JsonValueKind.Null ? null : flat;
        var at = line;
        foreach (var name in path.Split('.'))
        {
            if (at.ValueKind != JsonValueKind.Object || Child(at, name) is not { } child) return null;
            at = child;
        }
        return at.ValueKind == JsonValueKind.Null ? null : at;
    }

    /// <summary>Whether the field stands there, also as null.</summary>
    public static bool Has(JsonElement line, string name) => Child(line, name) is not null;

    /// <param name="path">A path of a field that is there.</param>
    /// <returns>The path as the line spells it.</returns>
    public static string NameOf(JsonElement line, string path)
    {
        var (at, names) = (line, Child(line, path) is null ? path.Split('.') : [path]);
        foreach (ref var name in names.AsSpan())
        {
            var wanted = name;
            if (!at.TryGetProperty(wanted, out var exact))
                name = at.EnumerateObject().First(property => property.Name.Equals(wanted, StringComparison.OrdinalIgnoreCase)).Name;
            at = at.GetProperty(name);
        }
        return string.Join('.', names);
    }

    static JsonElement? Child(JsonElement line, string name)
    {
        if (line.TryGetProperty(name, out var exact)) return exact;
        // By bytes: this is asked some forty times a line, and a name may have half of a surrogate pair, which can't be a string.
        foreach (var property in line.EnumerateObject())
            if (Ascii.EqualsIgnoreCase(JsonMarshal.GetRawUtf8PropertyName(property), name)) return property.Value;
        return null;
    }

    /// <returns>The string; null when the field is absent or null.</returns>
    /// <exception cref="InvalidLineException">It has another type, or can't be stored as text.</exception>
    public static string? Text(JsonElement line, string path) => Find(line, path) is { } field ? Text(path, field) : null;

    /// <inheritdoc cref="Text(JsonElement, string)"/>
    public static string Text(string name, JsonElement field)
    {
        if (field.ValueKind != JsonValueKind.String) throw new InvalidLineException($"'{name}' is {Kind(field)}, expected a string");
        string text;
        try
        {
            text = field.GetString()!;
        }
        catch (InvalidOperationException) // an escape such as \ud800 without its other half
        {
            throw new InvalidLineException($"'{name}' has half of a surrogate pair, which is no character");
        }
        return text.Contains('\0', StringComparison.Ordinal)
            ? throw new InvalidLineException($"'{name}' has the character U+0000, which Postgres can't store")
            : text;
    }

    /// <summary>A string, or a number as the text that the file has; only an exponent is written out, up to 28 digits.</summary>
    /// <exception cref="InvalidLineException">It has another type, or can't be stored as text.</exception>
    public static string TextOrNumber(string name, JsonElement field)
    {
        if (field.ValueKind != JsonValueKind.Number) return Text(name, field);
        var raw = field.GetRawText();
        return raw.AsSpan().ContainsAny('e', 'E') && field.TryGetDecimal(out var value) && value != 0
            ? value.ToString(CultureInfo.InvariantCulture)
            : raw;
    }

    public static string Kind(JsonElement field) => field.ValueKind switch
    {
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "a truth value",
        JsonValueKind.Array => "an array",
        JsonValueKind.Object => "an object",
        _ => "a string",
    };
}
