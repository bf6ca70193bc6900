using System.CommandLine;

namespace RebaseBatch.Commands;

/// <summary>Options with a number.</summary>
static class NumberOption
{
    public static Option<int?> Whole(string name, string description, string value = "N") =>
        new(name) { Description = description, HelpName = value, CustomParser = NumberParser.Whole };

    /// <summary>A count of at least one.</summary>
    public static Option<int?> Count(string name, string description) =>
        new(name) { Description = description, HelpName = "N", CustomParser = NumberParser.Count };

    public static Option<long?> Long(string name, string description, string value = "N") =>
        new(name) { Description = description, HelpName = value, CustomParser = NumberParser.LongWhole };

    public static Option<double?> Real(string name, string description, string value = "X") =>
        new(name) { Description = description, HelpName = value, CustomParser = NumberParser.Real };
}
