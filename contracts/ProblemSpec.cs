using System.Text.Json.Serialization;

namespace RebaseBatch.Contracts;

/// <summary>One problem of a dataset as it crosses into the service.</summary>
/// <param name="CustomId">The producer's key, unique in its dataset; carried to the answer line.</param>
/// <param name="QuestionId">Key of the question in its dataset; equal to <paramref name="CustomId"/> when the dataset names none.</param>
/// <param name="Question">The question's text, as the policy's prompt template takes it.</param>
/// <param name="GoldAnswer">The right answer in short form, when it is known.</param>
/// <param name="Level">How hard the dataset calls it, such as MATH's 1 to 5; not written when the dataset does not say.</param>
public sealed record ProblemSpec(
    string CustomId, string QuestionId, string Question, string? GoldAnswer,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] short? Level = null);
