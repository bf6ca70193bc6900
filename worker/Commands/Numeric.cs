using System.CommandLine;

namespace RebaseBatch.Commands;

/// <summary>Options with a number.</summary>
static class Numeric
{
    public static Option<int?> Whole(string name, string description, string value = "N") =>
        new(name) { Description = description, HelpName = value, CustomParser = Parser.Whole };

    /// <summary>A count of at least one.</summary>
    public static Option<int?> Count(string name, string description)
    {
        var option = Whole(name, description);
        option.Validators.Add(result =>
        {
            if (result.GetValue(option) is < 1 and var count) result.AddError($"{name} must be at least 1, and {count} is not.");
        });
        return option;
    }

    public static Option<long?> Long(string name, string description) =>
        new(name) { Description = description, HelpName = "N", CustomParser = Parser.LongWhole };

    public static Option<double?> Real(string name, string description, string value = "X") =>
        new(name) { Description = description, HelpName = value, CustomParser = Parser.Real };
}
