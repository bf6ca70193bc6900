namespace RebaseBatch.Contracts;

/// <summary>
/// The fields of a dataset that its user names, in place of those that the program looks for. Each is a name, or names with dots for a
/// field in an object, such as <c>reward_model.ground_truth</c>; null for those that the program looks for.
/// </summary>
public sealed record DatasetFields(string? Question = null, string? Answer = null, string? Id = null, string? Level = null);
