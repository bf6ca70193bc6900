using System.CommandLine;
using System.Text.Json.Nodes;
using RebaseBatch.Durable.Jobs;

namespace RebaseBatch.Commands.Jobs;

/// <summary>An option that gives one setting of a job.</summary>
/// <param name="Setting">A key of <see cref="JobSettings.All"/>.</param>
sealed record SettingOption(Option Option, string Setting, Func<ParseResult, object?> Value)
{
    public static SettingOption Of<T>(string setting, Option<T> option) => new(option, setting, parsed => parsed.GetValue(option));

    public bool IsGiven(ParseResult parsed) => parsed.GetResult(Option) is { Implicit: false };

    public JsonNode? Json(ParseResult parsed) => JobSettings.Value(Setting, Value(parsed));
}
