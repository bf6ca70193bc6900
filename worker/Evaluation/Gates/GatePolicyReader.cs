using System.Globalization;
using RebaseBatch.Contracts;
using RebaseBatch.Contracts.Gates;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Evaluation.Sweeps;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Text;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace RebaseBatch.Evaluation.Gates;

/// <summary>
/// Reads a gate's policy from YAML, or from JSON, which is YAML too. It reports every fault with its line. The keys are those of
/// contracts/gate.schema.json.
/// </summary>
sealed class GatePolicyReader
{
    public static readonly IReadOnlyList<string> Keys =
        ["level", "power", "max_drop", "max_relative_drop", "max_age", "require_fresh", "allow_engine_change", "cells"];

    public static readonly IReadOnlyList<string> RuleKeys =
        ["dataset", "policy", "reward", "strategy", "width", "tier", "max_drop", "max_relative_drop"];

    readonly string _file;
    readonly List<string> _faults = [];

    GatePolicyReader(string file) => _file = file;

    /// <param name="file">Name of the file, for error messages.</param>
    /// <exception cref="UserException">BadInput: one line for each fault.</exception>
    public static GatePolicy Read(string text, string file)
    {
        var reader = new GatePolicyReader(file);
        var policy = reader.ReadRoot(text);
        return reader._faults.Count == 0 ? policy : throw new UserException(ExitCode.BadInput, string.Join('\n', reader._faults));
    }

    GatePolicy ReadRoot(string text)
    {
        var usual = new GatePolicy();
        var expected = $"a gate is one mapping with any of the keys {string.Join(", ", Keys)}";
        if (YamlText.Root(text, _file, expected, _faults) is not { } root) return usual;
        var keys = KeysOf(root, "", Keys);
        return new()
        {
            Level = Share(keys, "level", "", 0.5, "such as 0.05 for 5 %") ?? usual.Level,
            Power = Power(keys) ?? usual.Power,
            MaxDrop = Drop(keys, "max_drop", "") ?? usual.MaxDrop,
            MaxRelativeDrop = Drop(keys, "max_relative_drop", ""),
            MaxAge = keys.TryGetValue("max_age", out var age) ? Age(age) : null,
            RequireFresh = keys.TryGetValue("require_fresh", out var fresh) ? Truth(fresh, "require_fresh") : null,
            AllowEngineChange = keys.TryGetValue("allow_engine_change", out var engines) && Truth(engines, "allow_engine_change"),
            Cells = keys.GetValueOrDefault("cells") switch
            {
                null => [],
                YamlSequenceNode rules => [.. rules.Select((node, i) => Rule(node, $"cells[{i}]"))],
                var single => [Rule(single, "cells")],
            },
        };
    }

    GateRule Rule(YamlNode node, string where)
    {
        var keys = KeysOf(node, where, RuleKeys);
        return new()
        {
            Dataset = Text(keys, "dataset", where), Policy = Text(keys, "policy", where), Reward = Text(keys, "reward", where),
            Strategy = Member<SearchStrategy>(keys, "strategy", where), Width = Width(keys, where),
            Tier = Member<CellTier>(keys, "tier", where) ?? CellTier.Critical,
            MaxDrop = Drop(keys, "max_drop", $"{where}."), MaxRelativeDrop = Drop(keys, "max_relative_drop", $"{where}."),
        };
    }

    double? Drop(Dictionary<string, YamlNode> keys, string key, string where) =>
        Share(keys, key, where, 1, key == "max_drop" ? "such as 0.05 for 5 points" : "such as 0.1 for a tenth of the baseline's accuracy");

    double? Power(Dictionary<string, YamlNode> keys)
    {
        if (!keys.TryGetValue("power", out var node)) return null;
        if (Number(node) is >= 0.5 and < 1 and var power) return power;
        Fault(node, "power is not a share from 0.5 to below 1, such as 0.8 for 80 %");
        return null;
    }

    double? Share(Dictionary<string, YamlNode> keys, string key, string where, double most, string example)
    {
        if (!keys.TryGetValue(key, out var node)) return null;
        if (Number(node) is { } share && share > 0 && share <= most) return share;
        Fault(node, string.Create(CultureInfo.InvariantCulture, $"{where}{key} is not a share above 0 and up to {most}, {example}"));
        return null;
    }

    static double? Number(YamlNode node) => node is YamlScalarNode { Style: ScalarStyle.Plain or ScalarStyle.Any, Value: { } text }
        && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number : null;

    TimeSpan? Age(YamlNode node)
    {
        var text = (node as YamlScalarNode)?.Value ?? "";
        var (age, fault) = DurationText.Parse(text, allowsZero: false);
        if (fault is null) return age;
        Fault(node, $"max_age: {fault}");
        return null;
    }

    bool Truth(YamlNode node, string where)
    {
        if (node is YamlScalarNode scalar && YamlValue.Of(scalar)?.GetValueKind() is
            System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False) return YamlValue.Of(scalar)!.GetValue<bool>();
        Fault(node, $"{where} is not true or false");
        return false;
    }

    string? Text(Dictionary<string, YamlNode> keys, string key, string where)
    {
        if (!keys.TryGetValue(key, out var node)) return null;
        if (node is YamlScalarNode { Value: { Length: > 0 } text } && !text.Contains('\0')) return text;
        Fault(node, $"{where}.{key} is not a text");
        return null;
    }

    T? Member<T>(Dictionary<string, YamlNode> keys, string key, string where) where T : struct, Enum
    {
        if (!keys.TryGetValue(key, out var node)) return null;
        if (node is YamlScalarNode { Value: { } text } && StoredNames.TryParse<T>(text, out var member)) return member;
        Fault(node, $"{where}.{key}: '{(node as YamlScalarNode)?.Value}' is not one of {string.Join(", ", StoredNames.All<T>())}");
        return null;
    }

    int? Width(Dictionary<string, YamlNode> keys, string where)
    {
        if (!keys.TryGetValue("width", out var node)) return null;
        if (node is YamlScalarNode { Value: { } text } && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var width)
            && width is >= 1 and <= 256) return width;
        Fault(node, $"{where}.width is not a whole number within 1 to 256");
        return null;
    }

    Dictionary<string, YamlNode> KeysOf(YamlNode node, string where, IReadOnlyList<string> known)
    {
        var keys = new Dictionary<string, YamlNode>();
        if (node is not YamlMappingNode mapping)
        {
            Fault(node, $"{where} is not a mapping with any of the keys {string.Join(", ", known)}");
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

            var nearest = JobSettings.Nearest(key, known) is { } near ? $"is it {near}?" : $"the keys are {string.Join(", ", known)}";
            Fault(keyNode, $"{(where.Length == 0 ? "" : $"{where}: ")}there is no key '{key}'; {nearest}");
        }

        return keys;
    }

    void Fault(YamlNode node, string what) => _faults.Add($"{_file}, line {node.Start.Line}: {what}");
}
