using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace RebaseBatch.Commands;

/// <summary>Reads numbers, and names what is none in words instead of a .NET type.</summary>
static class NumberParser
{
    public static int? Whole(ArgumentResult result) => Parse<int>(result, NumberStyles.Integer, "a whole number");

    public static long? LongWhole(ArgumentResult result) => Parse<long>(result, NumberStyles.Integer, "a whole number");

    // No thousands separators: "0,5" is meant as a half by half of the world, and would be read as 5.
    public static double? Real(ArgumentResult result) => Parse<double>(result, NumberStyles.Float, "a number with a decimal point");

    public static long JobNumber(ArgumentResult result) => Parse<long>(result, NumberStyles.Integer, "a job's number") ?? 0;

    public static long[] JobNumbers(ArgumentResult result) => [.. result.Tokens.Select(token => Parse<long>(result, token.Value, NumberStyles.Integer, "a job's number") ?? 0)];

    /// <summary>A whole number of at least one.</summary>
    public static int? Count(ArgumentResult result)
    {
        var count = Whole(result);
        if (count is < 1) result.AddError($"{Owner(result)} must be at least 1, and {count} is not.");
        return count;
    }

    static T? Parse<T>(ArgumentResult result, NumberStyles style, string kind) where T : struct, INumberBase<T> => Parse<T>(result, result.Tokens[0].Value, style, kind);

    static T? Parse<T>(ArgumentResult result, string text, NumberStyles style, string kind) where T : struct, INumberBase<T>
    {
        if (T.TryParse(text, style, CultureInfo.InvariantCulture, out var value)) return value;
        result.AddError($"{Owner(result)} takes {kind}, and '{text}' is none.");
        return null;
    }

    static string Owner(ArgumentResult result) => result.Parent is OptionResult option ? option.Option.Name : result.Argument.Name;
}
