using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using RebaseBatch.Platform.Telemetry;
using Xunit;

namespace RebaseBatch.Tests.Platform.Telemetry;

/// <summary>Alerts and dashboards name event ids: an id never moves to another message. infra/events.md lists them all.</summary>
[Fast]
public sealed partial class EventIdTests
{
    readonly record struct Event(int Id, string Level, string Name, string Message)
    {
        public override string ToString() => $"| {Id} | {Level} | {Name} | {Message} |";
    }

    static readonly List<(Type Type, Event Event)> s_all =
    [
        .. from type in typeof(Log).Assembly.GetTypes()
           from method in type.GetMethods(
               BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
           let message = method.GetCustomAttribute<LoggerMessageAttribute>()
           where message is not null
           orderby message.EventId
           select (type, new Event(message.EventId, message.Level.ToString(), message.EventName ?? method.Name, message.Message)),
    ];

    static IEnumerable<Event> Events => s_all.Select(found => found.Event);

    [Fact]
    public void All_that_is_logged_stands_in_one_place_each_with_an_id_and_a_name_of_its_own()
    {
        Assert.NotEmpty(s_all);
        Assert.All(s_all, found => Assert.Equal(typeof(Log), found.Type));
        Assert.Equal(s_all.Count, Events.Select(found => found.Id).Distinct().Count());
        Assert.Equal(s_all.Count, Events.Select(found => found.Name).Distinct().Count());
    }

    [Fact]
    public void The_list_is_what_the_program_has()
    {
        if (Rows("## Events").SequenceEqual(Events)) return;
        Assert.Fail($"""
            infra/events.md is not what the program logs. An id that is gone goes to its list of retired ones. A changed message
            needs a new id when alerts may name the old one. The rows would be:
            {string.Join('\n', Events)}
            """);
    }

    [Fact]
    public void A_retired_id_stays_retired() =>
        Assert.Empty(Rows("## Retired").Select(row => row.Id).Intersect(Events.Select(found => found.Id)));

    [Fact]
    public void Each_hundred_of_ids_is_said_to_be_somebodys() =>
        Assert.Empty(Events.Select(found => found.Id / 100)
            .Except(Hundred().Matches(List).Select(row => int.Parse(row.Groups[1].Value) / 100)));

    static string List => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "infra", "events.md"));

    static List<Event> Rows(string section)
    {
        var list = List;
        var rest = list[(list.IndexOf(section, StringComparison.Ordinal) + section.Length)..];
        var end = rest.IndexOf("\n## ", StringComparison.Ordinal);
        return [.. Row().Matches(end < 0 ? rest : rest[..end])
            .Select(row => new Event(int.Parse(row.Groups[1].Value), row.Groups[2].Value, row.Groups[3].Value, row.Groups[4].Value))];
    }

    [GeneratedRegex(@"^\| (\d+) \| (\w+) \| (\S+) \| (.+) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"^\| (\d+) to \d+ \| ", RegexOptions.Multiline)]
    private static partial Regex Hundred();
}
