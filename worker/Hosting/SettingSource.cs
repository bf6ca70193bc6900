using Microsoft.Extensions.Configuration;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Files;

namespace RebaseBatch.Hosting;

/// <summary>One place that settings come from.</summary>
/// <param name="Name">The name for people: a file, <c>environment</c> or <c>command line</c>.</param>
sealed record SettingSource(string Name, IConfigurationRoot Values)
{
    public const string Environment = "environment";
    public const string CommandLine = "command line";

    // The environment has many variables that are not settings of this program.
    static readonly string[] s_sections = ["Rebase", "Logging"];

    /// <summary>A JSON file; nothing if the file does not exist.</summary>
    /// <exception cref="UserException">BadInput: the file is not valid JSON.</exception>
    public static IEnumerable<SettingSource> OfFile(string path)
    {
        if (SpecialFile.FaultOf(path) is { } special) throw new UserException(ExitCode.BadInput, $"{path} {special}");
        if (!File.Exists(path)) yield break;
        using var file = File.OpenRead(path);
        IConfigurationRoot values;
        try
        {
            values = new ConfigurationBuilder().AddJsonStream(file).Build();
        }
        catch (Exception fault) when (fault is FormatException or InvalidDataException or System.Text.Json.JsonException)
        {
            throw new UserException(ExitCode.BadInput, $"{path} is not valid JSON: {(fault.InnerException ?? fault).Message}", fault);
        }
        yield return new(path, values);
    }

    /// <summary>Variables such as <c>Rebase__Worker__MaxBatches</c>, in any case.</summary>
    public static SettingSource OfEnvironment(IReadOnlyDictionary<string, string> variables) =>
        new(Environment, InMemory(variables
            .Select(v => (Key: v.Key.Replace("__", ":", StringComparison.Ordinal), v.Value)).Where(v => IsOurs(v.Key))));

    /// <summary>Assignments such as <c>Rebase:Worker:MaxBatches=4</c>; if a key occurs twice, the later value counts.</summary>
    /// <exception cref="UserException">BadInput: one is not an assignment to a setting of this program.</exception>
    public static SettingSource OfAssignments(IEnumerable<string> assignments) => new(CommandLine, InMemory(assignments.Select(Parse)));

    static (string Key, string Value) Parse(string assignment)
    {
        var at = assignment.IndexOf('=', StringComparison.Ordinal);
        if (at <= 0 || !IsOurs(assignment[..at]))
        {
            throw new UserException(ExitCode.BadInput,
                $"--set takes a setting such as 'Rebase:Worker:MaxBatches=4'; '{(at < 0 ? assignment : assignment[..at])}' is not one");
        }

        return (assignment[..at], assignment[(at + 1)..]);
    }

    static bool IsOurs(string key) => s_sections.Any(section => key.StartsWith(section + ":", StringComparison.OrdinalIgnoreCase));

    static IConfigurationRoot InMemory(IEnumerable<(string Key, string Value)> values)
    {
        var map = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in values) map[key] = value;
        return new ConfigurationBuilder().AddInMemoryCollection(map).Build();
    }
}
