using System.Text.Json.Serialization;

namespace RebaseBatch.Contracts;

/// <summary>Where a dataset comes from, and which of its fields are taken. A field that is null is not written.</summary>
public abstract record DatasetFieldNames
{
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
