using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace RebaseBatch.Commands;

/// <summary>
/// Custom parsers of numbers. Their errors say in words what is expected, where System.CommandLine would name a .NET type.
/// </summary>
static class NumberParser
{
    public static int? Whole(ArgumentResult result) => Parse<int>(result, NumberStyles.Integer, "a whole number");

    public static long? Long(ArgumentResult result) => Parse<long>(result, NumberStyles.Integer, "a whole number");

    /// <summary>A finite number: JSON, which stores a job's settings, has no others.</summary>
    public static double? Real(ArgumentResult result)
    {
        // No thousands separators: many languages write a half as "0,5", which would be read as 5.
        const string Kind = "a number with a decimal point";
        var real = Parse<double>(result, NumberStyles.Float, Kind);
        if (real is null || double.IsFinite(real.Value)) return real;
        Refuse(result, Kind, result.Tokens[^1].Value);
        return null;
    }

    public static long JobNumber(ArgumentResult result) => JobNumber(result, result.Tokens[^1].Value);

    public static long[] JobNumbers(ArgumentResult result) => [.. result.Tokens.Select(token => JobNumber(result, token.Value))];

    public static long SweepNumber(ArgumentResult result) => Sweep(result, result.Tokens[0].Value);

    public static long[] SweepNumbers(ArgumentResult result) => [.. result.Tokens.Select(token => Sweep(result, token.Value))];

    /// <summary>A whole number of at least 1.</summary>
    public static int? Count(ArgumentResult result)
    {
        var count = Whole(result);
        if (count is < 1) result.AddError($"{Owner(result)} must be at least 1, and {count} is not.");
        return count;
    }

    static long JobNumber(ArgumentResult result, string text) => Parse<long>(result, text, NumberStyles.Integer, "a job's number") ?? 0;

    static long Sweep(ArgumentResult result, string text) => Parse<long>(result, text, NumberStyles.Integer, "a sweep's number") ?? 0;

    static T? Parse<T>(ArgumentResult result, NumberStyles style, string kind) where T : struct, INumberBase<T> =>
        Parse<T>(result, result.Tokens[^1].Value, style, kind);

    static T? Parse<T>(ArgumentResult result, string text, NumberStyles style, string kind) where T : struct, INumberBase<T>
    {
        if (T.TryParse(text, style, CultureInfo.InvariantCulture, out var value)) return value;
        Refuse(result, kind, text);
        return null;
    }

    static void Refuse(ArgumentResult result, string kind, string text) =>
        result.AddError($"{Owner(result)} takes {kind}; '{text}' is not one.");

    static string Owner(ArgumentResult result) => result.Parent is OptionResult option ? option.Option.Name : result.Argument.Name;
}
