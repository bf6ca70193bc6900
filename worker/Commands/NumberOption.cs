using System.CommandLine;

namespace RebaseBatch.Commands;

/// <summary>Options whose value is a number.</summary>
static class NumberOption
{
    public static Option<int?> Whole(string name, string description) =>
        new(name) { Description = description, HelpName = "N", CustomParser = NumberParser.Whole };

    /// <summary>A whole number of at least 1.</summary>
    public static Option<int?> Count(string name, string description) =>
        new(name) { Description = description, HelpName = "N", CustomParser = NumberParser.Count };

    public static Option<long?> Long(string name, string description, string value = "N") =>
        new(name) { Description = description, HelpName = value, CustomParser = NumberParser.Long };

    public static Option<double?> Real(string name, string description) =>
        new(name) { Description = description, HelpName = "X", CustomParser = NumberParser.Real };
}
