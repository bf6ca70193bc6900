using System.Runtime.InteropServices;

namespace RebaseBatch.Core.Datasets;

/// <summary>Counts what the lines of a dataset gave, one line after the other.</summary>
sealed class DatasetTally
{
    // A file may have other names in each line; its summary need not hold them all.
    const int MostNames = 200;

    readonly Dictionary<(FieldRole Role, string Name), int> _taken = [];
    readonly Dictionary<string, int> _ignored = [], _unused = [];
    readonly SortedDictionary<short, int> _levels = [];
    int _problems, _withGold;
    int? _firstWithoutGold;

    public void Add(int line, LineReading reading)
    {
        _problems++;
        if (reading.Problem.GoldAnswer is null) _firstWithoutGold ??= line;
        else _withGold++;
        if (reading.Problem.Level is { } level) _levels[level] = _levels.GetValueOrDefault(level) + 1;
        foreach (var field in reading.Taken) Count(_taken, field);
        foreach (var part in reading.Ignored) Count(_ignored, part);
        foreach (var name in reading.Unused) Count(_unused, name);
    }

    public DatasetSummary Summary() => new()
    {
        Problems = _problems,
        WithGold = _withGold,
        FirstWithoutGold = _firstWithoutGold,
        Levels = [.. _levels.Select(level => (level.Key, level.Value))],
        Taken = [.. _taken.Select(field => new FieldCount(field.Key.Role, field.Key.Name, field.Value))
            .OrderBy(field => field.Role).ThenByDescending(field => field.Lines)],
        Ignored = [.. Parts(_ignored).OrderByDescending(part => part.Lines)],
        Unused = [.. Parts(_unused)],
    };

    static IEnumerable<PartCount> Parts(Dictionary<string, int> counts) => counts.Select(part => new PartCount(part.Key, part.Value));

    static void Count<T>(Dictionary<T, int> counts, T name) where T : notnull
    {
        if (counts.Count < MostNames || counts.ContainsKey(name)) CollectionsMarshal.GetValueRefOrAddDefault(counts, name, out _)++;
    }
}
