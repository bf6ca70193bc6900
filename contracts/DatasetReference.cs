using System.Text.Json.Serialization;

namespace RebaseBatch.Contracts;

/// <summary>A remote dataset, or a part of one.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record DatasetReference
{
    /// <summary>https URI of a file that <c>jobs enqueue</c> takes, or of a blob of the account that the workers have.</summary>
    public required string Uri { get; init; }

    /// <summary>First line to take, from 1; null for the file's first.</summary>
    public int? FirstLine { get; init; }

    /// <summary>Last line to take, included; null for the file's last.</summary>
    public int? LastLine { get; init; }

    /// <summary>Whether bad lines are skipped; otherwise one bad line makes the message invalid.</summary>
    public bool? SkipInvalid { get; init; }

    /// <summary>Field with the question, or names with dots for one in an object; null for the names of public datasets.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? QuestionField { get; init; }

    /// <summary>Field with the right answer, in the same form.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? AnswerField { get; init; }

    /// <summary>Field with the problem's id, in the same form.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? IdField { get; init; }

    /// <summary>Field with the problem's level, in the same form.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? LevelField { get; init; }

    /// <summary>The fields that are named.</summary>
    public DatasetFields Fields() => new(QuestionField, AnswerField, IdField, LevelField);
}
