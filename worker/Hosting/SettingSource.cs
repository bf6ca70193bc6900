using Microsoft.Extensions.Configuration;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Hosting;

/// <summary>One place that settings come from.</summary>
/// <param name="Name">As people know it: a file, <c>environment</c>, <c>command line</c>.</param>
sealed record SettingSource(string Name, IConfigurationRoot Values)
{
    public const string Environment = "environment";
    public const string CommandLine = "command line";

    // Only these sections are ours; the environment holds much else.
    static readonly string[] s_sections = ["Rebase", "Logging"];

    /// <summary>A JSON file; nothing when it is not there.</summary>
    /// <exception cref="UserException">BadInput: it is no JSON.</exception>
    public static IEnumerable<SettingSource> OfFile(string path)
    {
        if (!File.Exists(path)) yield break;
        using var file = File.OpenRead(path);
        IConfigurationRoot values;
        try
        {
            values = new ConfigurationBuilder().AddJsonStream(file).Build();
        }
        catch (Exception fault) when (fault is FormatException or InvalidDataException or System.Text.Json.JsonException)
        {
            throw new UserException(ExitCode.BadInput, $"{path} is no usable JSON: {(fault.InnerException ?? fault).Message}", fault);
        }
        yield return new(path, values);
    }

    /// <summary>Variables such as <c>Rebase__Worker__MaxBatches</c>, in any case.</summary>
    public static SettingSource OfEnvironment(IReadOnlyDictionary<string, string> variables) =>
        new(Environment, InMemory(variables.Select(v => (v.Key.Replace("__", ":", StringComparison.Ordinal), v.Value)).Where(v => IsOurs(v.Item1))));

    /// <summary>Assignments such as <c>Rebase:Worker:MaxBatches=4</c>; of two for one key the later holds.</summary>
    /// <exception cref="UserException">BadInput: not an assignment to a setting of this program.</exception>
    public static SettingSource OfAssignments(IEnumerable<string> assignments) => new(CommandLine, InMemory(assignments.Select(Parse)));

    static (string Key, string Value) Parse(string assignment)
    {
        var at = assignment.IndexOf('=', StringComparison.Ordinal);
        if (at <= 0 || !IsOurs(assignment[..at]))
            throw new UserException(ExitCode.BadInput, $"--set takes a setting as 'Rebase:Worker:MaxBatches=4', and '{(at < 0 ? assignment : assignment[..at])}' is none");
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
