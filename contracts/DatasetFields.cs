namespace RebaseBatch.Contracts;

/// <summary>
/// The fields of a dataset that its user names, in place of those that the program looks for. Each is a name, or names with dots for a
/// field in an object, such as <c>reward_model.ground_truth</c>; null for those that the program looks for.
/// </summary>
public sealed record DatasetFields(string? Question = null, string? Answer = null, string? Id = null, string? Level = null)
{
    /// <summary>Each name with the setting that gives it, as messages and sweeps spell it.</summary>
    public IEnumerable<(string Setting, string Path)> Given()
    {
        if (Question is not null) yield return ("question_field", Question);
        if (Answer is not null) yield return ("answer_field", Answer);
        if (Id is not null) yield return ("id_field", Id);
        if (Level is not null) yield return ("level_field", Level);
    }

    /// <summary>A sentence for each name that can't be one, which begins with its setting.</summary>
    public IEnumerable<string> Faults() => Given().Where(field => field.Path.Split('.').Any(string.IsNullOrWhiteSpace))
        .Select(field => $"{field.Setting}: '{field.Path}' is not a field's name, or names with a dot between each two");
}
