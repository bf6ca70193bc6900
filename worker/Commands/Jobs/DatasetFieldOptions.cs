using System.CommandLine;
using RebaseBatch.Contracts;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.Jobs;

/// <summary>The options that name a dataset's fields.</summary>
sealed class DatasetFieldOptions
{
    readonly Option<string?> _question = Field("--question-field", "question");
    readonly Option<string?> _answer = Field("--answer-field", "right answer");
    readonly Option<string?> _id = Field("--id-field", "problem's id");
    readonly Option<string?> _level = Field("--level-field", "problem's level");

    public void AddTo(Command command)
    {
        foreach (var option in All) command.Options.Add(option);
    }

    /// <summary>The names of the options that were given.</summary>
    public IEnumerable<string> Given(ParseResult parsed) =>
        All.Where(option => parsed.GetValue(option) is not null).Select(option => option.Name);

    /// <exception cref="UserException">BadInput: a name can't be that of a field.</exception>
    public DatasetFields Read(ParseResult parsed)
    {
        var fields = new DatasetFields(
            parsed.GetValue(_question), parsed.GetValue(_answer), parsed.GetValue(_id), parsed.GetValue(_level));
        return fields.Faults().FirstOrDefault() is { } fault
            ? throw new UserException(ExitCode.BadInput, $"--{fault.Replace("_field", "-field", StringComparison.Ordinal)}")
            : fields;
    }

    IEnumerable<Option<string?>> All => [_question, _answer, _id, _level];

    static Option<string?> Field(string name, string what) => new(name)
    {
        Description = $"The dataset's field with the {what}, or names with dots for a field in an object, such as extra_info.index "
            + "(default: the names of public datasets).",
        HelpName = "NAME",
    };
}
