namespace RebaseBatch.Core.Datasets;

/// <summary>What a problem takes from a field of its line.</summary>
enum FieldRole
{
    Question,
    Choices,
    Gold,
    Id,
    QuestionId,
    Level,
    Family,
}
