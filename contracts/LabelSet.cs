using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace RebaseBatch.Contracts;

/// <summary>
/// The labels of a worker, or what a job needs of them: keys, each with a value or without one, by the rules of <see cref="TagSet"/>. A
/// need without a value is met by any value. Sets of the same labels are equal. Immutable.
/// </summary>
[JsonConverter(typeof(LabelSetConverter))]
public sealed class LabelSet : IEquatable<LabelSet>
{
    readonly TagSet _labels;

    LabelSet(TagSet labels) => _labels = labels;

    public static LabelSet None { get; } = new(TagSet.None);

    public bool IsEmpty => _labels.IsEmpty;

    /// <summary>Each as <c>key=value</c>, or <c>key</c> for one without a value; sorted by key.</summary>
    public IReadOnlyList<string> Texts => _labels.Texts;

    /// <summary>
    /// All needs that a worker with these labels meets: each label, and its key alone. A job fits if its needs are among them.
    /// </summary>
    public IReadOnlyList<string> Meets => [.. Texts.SelectMany(text => (string[])[text, text.Split('=')[0]]).Distinct()];

    /// <summary>Reads labels such as <c>gpu=h200</c> and <c>night</c>.</summary>
    /// <param name="noun">What they are called in the fault: <c>label</c> or <c>need</c>.</param>
    /// <returns>The labels, or what is wrong with them; one of the two is null.</returns>
    public static (LabelSet? Labels, string? Fault) Read(IEnumerable<string?> texts, string noun = "label") =>
        TagSet.Read(texts, noun) switch
        {
            ({ } labels, _) => (new(labels), null),
            var (_, fault) => (null, fault),
        };

    /// <summary>Reads a list of texts, or a single text.</summary>
    /// <inheritdoc cref="Read(IEnumerable{string?}, string)"/>
    public static (LabelSet? Labels, string? Fault) Read(JsonNode value, string noun) => value switch
    {
        JsonArray list => Read(list.Select(TextOf), noun),
        _ when value.GetValueKind() is JsonValueKind.String => Read([TextOf(value)], noun),
        _ => (null, $"{value.ToJsonString()} is not a list of texts such as gpu=h200"),
    };

    public bool Equals(LabelSet? other) => other is not null && Texts.SequenceEqual(other.Texts);

    public override bool Equals(object? obj) => Equals(obj as LabelSet);

    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    /// <summary>With a space between two labels, which no label contains.</summary>
    public override string ToString() => _labels.ToString();

    static string? TextOf(JsonNode? node) => node?.GetValueKind() is JsonValueKind.String ? node.GetValue<string>() : null;
}
