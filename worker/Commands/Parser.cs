using System.CommandLine.Parsing;
using System.Globalization;

namespace RebaseBatch.Commands;

/// <summary>Reads numbers, and names what is none in words instead of a .NET type.</summary>
static class Parser
{
    public static int? Whole(ArgumentResult result) => Parse<int>(result, "a whole number");

    public static long? LongWhole(ArgumentResult result) => Parse<long>(result, "a whole number");

    public static double? Real(ArgumentResult result) => Parse<double>(result, "a number");

    public static long JobNumber(ArgumentResult result) => Parse<long>(result, "a job's number") ?? 0;

    static T? Parse<T>(ArgumentResult result, string kind) where T : struct, IParsable<T>
    {
        var text = result.Tokens[0].Value;
        if (T.TryParse(text, CultureInfo.InvariantCulture, out var value)) return value;
        var owner = result.Parent is OptionResult option ? option.Option.Name : result.Argument.Name;
        result.AddError($"{owner} takes {kind}, and '{text}' is none.");
        return null;
    }
}
