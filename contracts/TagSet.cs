using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace RebaseBatch.Contracts;

/// <summary>
/// The tags of a job or a sweep, by which people find and group them: keys, each with a value or without one. They change no result.
/// Immutable.
/// </summary>
public sealed class TagSet
{
    /// <summary>The most tags of one job or sweep.</summary>
    public const int Most = 20;

    /// <summary>Characters of a key, and of a value.</summary>
    public const int LongestKey = 50, LongestValue = 100;

    const string Signs = "_-./:@+";

    readonly ImmutableSortedDictionary<string, string> _tags;

    TagSet(ImmutableSortedDictionary<string, string> tags) => _tags = tags;

    public static TagSet None { get; } = new(ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal));

    public bool IsEmpty => _tags.IsEmpty;

    /// <summary>Each as <c>key=value</c>, or <c>key</c> for one without a value; sorted by key.</summary>
    public IReadOnlyList<string> Texts => [.. _tags.Select(tag => tag.Value.Length == 0 ? tag.Key : $"{tag.Key}={tag.Value}")];

    /// <summary>The keys of the tags without a value.</summary>
    public IReadOnlyList<string> Bare => [.. _tags.Where(tag => tag.Value.Length == 0).Select(tag => tag.Key)];

    /// <summary>The tags with a value.</summary>
    public TagSet Valued => new(_tags.RemoveRange(Bare));

    /// <summary>Reads tags such as <c>team=a</c> and <c>nightly</c>.</summary>
    /// <param name="noun">What a tag is called in the fault.</param>
    /// <returns>The tags, or what is wrong with them; one of the two is null.</returns>
    public static (TagSet? Tags, string? Fault) Read(IEnumerable<string?> texts, string noun = "tag")
    {
        var tags = None._tags;
        foreach (var text in texts)
        {
            if (text is null) return (null, $"a {noun} is not a text");
            var end = text.IndexOf('=', StringComparison.Ordinal);
            var (key, value) = end < 0 ? (text, "") : (text[..end], text[(end + 1)..]);
            if ((KeyFault(key, noun) ?? ValueFault(key, value, noun)) is { } fault) return (null, fault);
            if (tags.TryGetValue(key, out var other) && other != value)
                return (null, $"the {noun} '{key}' is given twice, as '{other}' and as '{value}', but a key has one value");
            tags = tags.SetItem(key, value);
        }

        return tags.Count <= Most ? (new(tags), null)
            : (null, TooMany(tags.Count, noun));
    }

    /// <summary>Why the text can't be a tag's key; null if it can.</summary>
    public static string? KeyFault(string key, string noun = "tag") => key.Length switch
    {
        0 => $"a {noun} needs a key: write it as key=value, or as a key alone",
        > LongestKey => $"the {noun}'s key '{key[..20]}...' has {key.Length} characters, but at most {LongestKey} are allowed",
        _ when Rune.DecodeFromUtf16(key, out var first, out _) is not System.Buffers.OperationStatus.Done || !Rune.IsLetterOrDigit(first) =>
            $"the {noun}'s key '{Shown(key)}' does not begin with a letter or a digit",
        _ => Allowed(key) ? null : $"the {noun}'s key '{Shown(key)}' has other characters than letters, digits and {Signs}",
    };

    /// <summary>What is wrong with so many tags.</summary>
    public static string TooMany(int count, string noun = "tag") => $"{count} {noun}s are too many: {Most} is the most";

    /// <summary>These tags, and those of <paramref name="other"/>, whose values take precedence.</summary>
    public TagSet With(TagSet other) => new(_tags.SetItems(other._tags));

    /// <summary>As the tables have them: an object of texts; the value of a tag without one is empty.</summary>
    public string ToJson() => new JsonObject(_tags.Select(tag => KeyValuePair.Create(tag.Key, (JsonNode?)tag.Value))).ToJsonString();

    /// <param name="json">What <see cref="ToJson"/> wrote.</param>
    public static TagSet OfJson(string json) =>
        new(None._tags.SetItems((JsonNode.Parse(json)?.AsObject() ?? []).Select(tag => KeyValuePair.Create(tag.Key, Value(tag.Value)))));

    /// <summary>With a space between two tags, which no tag contains.</summary>
    public override string ToString() => string.Join(' ', Texts);

    static string Value(JsonNode? node) => node?.GetValueKind() is JsonValueKind.String ? node.GetValue<string>() : "";

    static string? ValueFault(string key, string value, string noun) => value.Length > LongestValue
        ? $"the value of the {noun} '{key}' has {value.Length} characters, but at most {LongestValue} are allowed"
        : Allowed(value) ? null
        : $"the value '{Shown(value)}' of the {noun} '{key}' has other characters than letters, digits and {Signs}";

    // Marks that combine are refused too: é has two ways to be written, which must not be two tags.
    static bool Allowed(string text) =>
        text.EnumerateRunes().All(rune => Rune.IsLetterOrDigit(rune) || (rune.IsAscii && Signs.Contains((char)rune.Value)));

    // A refused text may hold anything, and the sentence goes to a terminal.
    static string Shown(string text) => string.Concat(text[..Math.Min(text.Length, 60)].Select(letter =>
        char.IsControl(letter) || char.GetUnicodeCategory(letter) is UnicodeCategory.Format or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator ? $"\\u{(int)letter:x4}" : letter.ToString()));
}
