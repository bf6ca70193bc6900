using System.Globalization;
using System.Text.Json.Nodes;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Platform.Errors;
using YamlDotNet.RepresentationModel;

namespace RebaseBatch.Evaluation.Sweeps;

/// <summary>
/// Reads a sweep's spec from YAML, or from JSON, which is YAML too. It reports every fault with its line. The keys are those of
/// contracts/sweep.schema.json.
/// </summary>
sealed class SweepReader
{
    static readonly string[] s_keys = ["name", "datasets", "policies", "rewards", "strategies", "seeds", "settings", "tags", "after",
        "after_any"];

    static readonly string[] s_fields = ["question_field", "answer_field", "id_field", "level_field"];

    const string NeedsKey = "needs";

    readonly string _file;
    readonly List<string> _faults = [];

    SweepReader(string file) => _file = file;

    /// <param name="file">Name of the file, for error messages.</param>
    /// <exception cref="UserException">BadInput: one line for each fault.</exception>
    public static SweepSpec Read(string text, string file)
    {
        var reader = new SweepReader(file);
        var sweep = reader.ReadRoot(text);
        if (reader._faults.Count == 0 && sweep is not null) return sweep;
        throw new UserException(ExitCode.BadInput, string.Join('\n', reader._faults));
    }

    SweepSpec? ReadRoot(string text)
    {
        var expected = $"a sweep is one mapping with the keys {string.Join(", ", s_keys)}";
        if (YamlText.Root(text, _file, expected, _faults) is not { } root) return null;
        var keys = Keys(root, "", s_keys);
        if (keys.ContainsKey("after") && keys.TryGetValue("after_any", out var any))
            Fault(any, "after and after_any can't be used together: give all jobs to one of them");
        return new()
        {
            Name = keys.TryGetValue("name", out var name) ? NameOf(Text(name, "name"), name)
                : NameOf(Path.GetFileNameWithoutExtension(_file), root),
            Datasets = Required(root, keys, "datasets", ReadDataset),
            Policies = Required(root, keys, "policies", Text),
            Rewards = Several(keys, "rewards", Text),
            Strategies = Required(root, keys, "strategies", ReadStrategy),
            Seeds = keys.ContainsKey("seeds")
                ? Several(keys, "seeds", (node, where) => Number(node, where, long.MinValue, long.MaxValue))
                : [0],
            Settings = keys.TryGetValue("settings", out var settings) ? ReadSettings(settings, "settings") : [],
            Tags = ReadTags(keys, "tags"),
            After = ReadAfter(keys, "after"),
            AfterAny = ReadAfter(keys, "after_any"),
        };
    }

    IReadOnlyList<string>? ReadAfter(IReadOnlyDictionary<string, YamlNode> keys, string key)
    {
        var jobs = Several(keys, key, (node, where) =>
        {
            var text = Text(node, where);
            if (text.Length > 0 && JobReference.Read(text) is null)
                Fault(node, $"{where}: '{text}' is neither the number of a job nor sweep:N for all jobs of a sweep");
            return text;
        });
        return jobs.Count > 0 ? jobs : null;
    }

    string NameOf(string name, YamlNode node)
    {
        if (NameRule.FaultOf(name) is { } fault) Fault(node, $"name: {fault}");
        return name;
    }

    SweepDataset ReadDataset(YamlNode node, string where)
    {
        if (node is YamlScalarNode) return new(Text(node, where), null);
        var keys = Keys(node, where, ["path", "limit", "tolerance", "no_gold", "tags", .. s_fields]);
        if (!keys.ContainsKey("path")) Fault(node, $"{where} names no path");
        var dataset = new SweepDataset(
            keys.TryGetValue("path", out var path) ? Text(path, $"{where}.path") : "",
            keys.TryGetValue("limit", out var limit) ? (int)Number(limit, $"{where}.limit", 1, int.MaxValue) : null,
            Tolerance: keys.TryGetValue("tolerance", out var tolerance) ? Tolerance(tolerance, where) : null,
            NoGold: keys.TryGetValue("no_gold", out var noGold) && Truth(noGold, $"{where}.no_gold") ? true : null)
        {
            QuestionField = Field("question_field"), AnswerField = Field("answer_field"), IdField = Field("id_field"),
            LevelField = Field("level_field"), Tags = ReadTags(keys, $"{where}.tags"),
        };
        foreach (var fault in dataset.Fields().Faults()) Fault(node, $"{where}.{fault}");
        return dataset;

        string? Field(string key) => keys.TryGetValue(key, out var name) ? Text(name, $"{where}.{key}") : null;
    }

    double? Tolerance(YamlNode node, string dataset) =>
        Settings([new("tolerance", node)], dataset)["tolerance"] is { } value
            ? double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture) : null;

    SweepStrategy ReadStrategy(YamlNode node, string where)
    {
        if (node is YamlScalarNode) return new(Strategy(node, where), [], []);
        string[] own = ["strategy", "widths", "tags"];
        var keys = Keys(node, where, [.. own, .. SweepSettings.Names]);
        if (!keys.ContainsKey("strategy")) Fault(node, $"{where} names no strategy");
        return new(
            keys.TryGetValue("strategy", out var strategy) ? Strategy(strategy, $"{where}.strategy") : default,
            Several(keys, "widths", (width, at) => (int)Number(width, at, 1, 256), where),
            Settings(keys.Where(key => !own.Contains(key.Key)), where))
        {
            Tags = ReadTags(keys, $"{where}.tags"),
        };
    }

    /// <summary>A list of key=value, one of them alone, or a mapping; null when there is none.</summary>
    IReadOnlyList<string>? ReadTags(IReadOnlyDictionary<string, YamlNode> keys, string where)
    {
        if (keys.GetValueOrDefault("tags") is not { } node) return null;
        var (tags, fault) = TagSet.Read(Pairs(node, where));
        if (fault is not null) Fault(node, $"{where}: {fault}");
        return tags is { IsEmpty: false } ? tags.Texts : null;
    }

    // Their faults are those of the setting.
    JsonArray ReadNeeds(YamlNode node, string where) => new([.. Pairs(node, where).Select(text => (JsonNode?)text)]);

    /// <summary>Each as key=value; in a mapping a key may have no value.</summary>
    IReadOnlyList<string> Pairs(YamlNode node, string where)
    {
        return node switch
        {
            YamlMappingNode mapping => [.. mapping.Select(pair => $"{Text(pair.Key, where)}{Value(pair.Value)}")],
            YamlSequenceNode list => [.. list.Select((one, i) => Text(one, $"{where}[{i}]"))],
            _ => [Text(node, where)],
        };

        string Value(YamlNode value) => value is not YamlScalarNode scalar ? Text(value, where)
            : YamlValue.Of(scalar) is null ? "" : $"={scalar.Value}";
    }

    JsonObject ReadSettings(YamlNode node, string where) => Settings(Keys(node, where, SweepSettings.Names), where);

    JsonObject Settings(IEnumerable<KeyValuePair<string, YamlNode>> keys, string where)
    {
        var settings = new JsonObject();
        foreach (var (key, node) in keys.Where(key => SweepSettings.Names.Contains(key.Key)))
        {
            if (key != NeedsKey && node is not YamlScalarNode)
            {
                Fault(node, $"{where}.{key} is not a single value");
                continue;
            }

            var scalar = node is YamlScalarNode text ? YamlValue.Of(text) : null;
            var isGivenNeeds = key == NeedsKey && (scalar is not null || node is not YamlScalarNode);
            var value = isGivenNeeds ? ReadNeeds(node, $"{where}.{key}") : scalar;
            if (JobSettings.FaultOf(key, value) is { } fault) Fault(node, $"{where}.{key}: {fault}");
            else settings[key] = value;
        }

        return settings;
    }

    SearchStrategy Strategy(YamlNode node, string where)
    {
        var text = Text(node, where);
        if (StoredNames.TryParse<SearchStrategy>(text, out var strategy)) return strategy;
        Fault(node, $"{where}: '{text}' is not one of {string.Join(", ", StoredNames.All<SearchStrategy>())}");
        return default;
    }

    string Text(YamlNode node, string where)
    {
        // No path and no text of Postgres may have U+0000.
        if (node is YamlScalarNode { Value: { Length: > 0 } text } && !text.Contains('\0')) return text;
        Fault(node, $"{where} is not a text");
        return "";
    }

    bool Truth(YamlNode node, string where)
    {
        if (node is YamlScalarNode { Value: "true" or "false" } scalar) return scalar.Value == "true";
        Fault(node, $"{where} is not true or false");
        return false;
    }

    long Number(YamlNode node, string where, long least, long most)
    {
        if (node is YamlScalarNode { Value: { } text } && long.TryParse(text, out var number) && number >= least && number <= most)
            return number;
        Fault(node, $"{where} is not a whole number{(most == long.MaxValue ? "" : $" within {least} to {most}")}");
        return Math.Max(1, least);
    }

    IReadOnlyList<T> Required<T>(
        YamlMappingNode root, IReadOnlyDictionary<string, YamlNode> keys, string key, Func<YamlNode, string, T> read)
    {
        var list = Several(keys, key, read);
        if (list.Count == 0) Fault(keys.GetValueOrDefault(key) ?? root, $"{key}: name at least one");
        return list;
    }

    /// <summary>A list; a single value stands for a list of one.</summary>
    static IReadOnlyList<T> Several<T>(
        IReadOnlyDictionary<string, YamlNode> keys, string key, Func<YamlNode, string, T> read, string? parent = null)
    {
        var where = parent is null ? key : $"{parent}.{key}";
        return keys.GetValueOrDefault(key) switch
        {
            null => [],
            YamlSequenceNode list => [.. list.Select((node, i) => read(node, $"{where}[{i}]"))],
            var single => [read(single, where)],
        };
    }

    Dictionary<string, YamlNode> Keys(YamlNode node, string where, IReadOnlyCollection<string> known)
    {
        var keys = new Dictionary<string, YamlNode>();
        if (node is not YamlMappingNode mapping)
        {
            Fault(node, $"{where} is not a mapping of {string.Join(", ", known.Take(4))} ...");
            return keys;
        }

        foreach (var (keyNode, value) in mapping)
        {
            var key = (keyNode as YamlScalarNode)?.Value ?? "";
            if (known.Contains(key))
            {
                keys[key] = value;
                continue;
            }

            var nearest = JobSettings.Nearest(key, known) is { } near ? $"; is it {near}?" : "";
            Fault(keyNode, $"{(where.Length == 0 ? "" : $"{where}: ")}there is no key '{key}'{nearest}");
        }

        return keys;
    }

    void Fault(YamlNode node, string what) => _faults.Add($"{_file}, line {node.Start.Line}: {what}");
}
