using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace RebaseBatch.Tests.Infra;

/// <summary>YAML with anchors and merge keys resolved.</summary>
static class Yaml
{
    static readonly YamlScalarNode s_merge = new("<<");

    /// <exception cref="YamlException">It is not YAML, or names a key twice.</exception>
    public static IReadOnlyList<YamlNode> Documents(string path) => AllOfText(Repository.Read(path));

    /// <summary>The only document of a text, such as a patch within a kustomization.</summary>
    public static YamlNode OfText(string text) => AllOfText(text).Single();

    public static IReadOnlyList<YamlNode> AllOfText(string content)
    {
        using var text = new StringReader(content);
        var stream = new YamlStream();
        stream.Load(text);
        foreach (var map in stream.Documents.SelectMany(document => document.AllNodes).OfType<YamlMappingNode>()) Merge(map);
        return [.. stream.Documents.Select(document => document.RootNode)];
    }

    /// <summary>The node at the end of the keys; null when one of them does not exist. A number is an item's place.</summary>
    public static YamlNode? At(this YamlNode? node, params IEnumerable<string> path) => path.Aggregate(node, (at, key) => at switch
    {
        YamlMappingNode map => map.Children.TryGetValue(new YamlScalarNode(key), out var value) ? value : null,
        YamlSequenceNode list when int.TryParse(key, out var place) => list.Children.ElementAtOrDefault(place),
        _ => null,
    });

    public static string? TextAt(this YamlNode? node, params IEnumerable<string> path) => (node.At(path) as YamlScalarNode)?.Value;

    public static IEnumerable<YamlNode> ItemsAt(this YamlNode? node, params IEnumerable<string> path) =>
        (node.At(path) as YamlSequenceNode)?.Children ?? [];

    public static IEnumerable<string> TextsAt(this YamlNode? node, params IEnumerable<string> path) =>
        node.ItemsAt(path).Select(item => ((YamlScalarNode)item).Value!);

    /// <summary>Keys and values of the mapping at the end of the path.</summary>
    public static IEnumerable<(string Key, YamlNode Value)> PairsAt(this YamlNode? node, params IEnumerable<string> path) =>
        (node.At(path) as YamlMappingNode)?.Children.Select(pair => (((YamlScalarNode)pair.Key).Value!, pair.Value)) ?? [];

    // The mapping's own keys win over those that it takes from another.
    static void Merge(YamlMappingNode map)
    {
        if (!map.Children.Remove(s_merge, out var other)) return;
        Merge((YamlMappingNode)other);
        foreach (var (key, value) in ((YamlMappingNode)other).Children) map.Children.TryAdd(key, value);
    }

    /// <summary>Whether Kubernetes and Compose read it as text: numbers and truths must be quoted.</summary>
    public static bool IsText(this YamlNode node) => node is YamlScalarNode scalar
        && (scalar.Style is not ScalarStyle.Plain
            || !(double.TryParse(scalar.Value, out _) || scalar.Value is "true" or "false" or "null" or "yes" or "no" or "on" or "off"
                or "" or "~"));
}
