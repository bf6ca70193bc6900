using System.Text.Json;
using RebaseBatch.Contracts;

namespace RebaseBatch.Core.Datasets;

/// <summary>Watches over the fields that the user names: one that no line has is a mistake in the name.</summary>
/// <param name="columns">The names of all columns where the file says them; otherwise empty.</param>
sealed class NamedFields(DatasetFields named, IReadOnlyList<string> columns)
{
    const int MostNames = 40, MostLines = 100, Deepest = 3;

    readonly List<(string Setting, string Path)> _missing = [.. named.Given()];
    readonly List<string> _names = [.. columns.Take(MostNames)];
    int _lines;

    public void Look(JsonElement line)
    {
        if (_missing.Count == 0 || line.ValueKind != JsonValueKind.Object) return;
        _missing.RemoveAll(field => Fields.Has(line, field.Path) || Fields.Find(line, field.Path) is not null);
        if (_missing.Count > 0 && columns.Count == 0 && _lines++ < MostLines) AddNames(line, "", 1);
    }

    /// <exception cref="UnknownFieldException">There were lines, and none had the field.</exception>
    public void Check()
    {
        if (_missing is not [var (setting, path), ..] || _names.Count == 0) return;
        throw new UnknownFieldException(
            $"no line has the field '{path}', which {setting} names; the lines have {string.Join(", ", _names.Select(name => $"'{name}'"))}"
            + (_names.Count < MostNames ? "" : " and others"));
    }

    void AddNames(JsonElement at, string before, int depth)
    {
        foreach (var property in at.EnumerateObject())
        {
            var name = before + property.Name;
            if (property.Value.ValueKind == JsonValueKind.Object && depth < Deepest) AddNames(property.Value, name + ".", depth + 1);
            else if (_names.Count < MostNames && !_names.Contains(name)) _names.Add(name);
        }
    }
}
