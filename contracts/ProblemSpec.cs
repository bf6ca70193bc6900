using System.Text.Json.Serialization;

namespace RebaseBatch.Contracts;

/// <summary>One problem of a dataset, as the service takes it.</summary>
/// <param name="CustomId">The producer's key, unique in its dataset; the answer line repeats it.</param>
/// <param name="QuestionId">Key of the question in its dataset; equal to <paramref name="CustomId"/> when the dataset has none.</param>
/// <param name="Question">The question's text, for the policy's prompt template.</param>
/// <param name="GoldAnswer">The right answer in short form, when it is known.</param>
/// <param name="Level">The difficulty that the dataset states, such as MATH's 1 to 5; not written when it states none.</param>
/// <param name="Tolerance">
/// How far an answer may be from a numeric right answer: the absolute difference, one for all items of a list or one for each
/// (<c>0.1, 0.05</c>); not written when the dataset states none.
/// </param>
/// <param name="Family">The kind of problem that the dataset states, such as a topic; not written when it states none.</param>
public sealed record ProblemSpec(
    string CustomId, string QuestionId, string Question, string? GoldAnswer,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] short? Level = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Tolerance = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Family = null);
