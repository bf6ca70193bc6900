using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using RebaseBatch.Hosting;
using Xunit;

namespace RebaseBatch.Tests.Hosting;

/// <summary>Alerts and dashboards name event ids: an id never moves to another message. infra/events.md lists them all.</summary>
public sealed partial class EventIdTests
{
    /// <summary>Which hundred of event ids is whose.</summary>
    static readonly Dictionary<string, int> s_hundreds = new()
    {
        ["Batches"] = 1, ["Leases"] = 1, ["Budgets"] = 1, ["Jobs"] = 1, ["Database"] = 1, ["Queue"] = 1,
        ["Checkpoints"] = 2, ["Results"] = 3, ["Local"] = 4, ["Inference"] = 5, ["Hosting"] = 6, ["Telemetry"] = 7, ["Schedules"] = 8,
        ["Http"] = 9, ["Commands"] = 10, ["Intake"] = 11, ["Sources"] = 12,
    };

    /// <summary>Folders that only a build with their adapter has.</summary>
    static readonly string[] s_adapters = ["Inference/LLamaSharp/", "Intake/ServiceBus/"];

    readonly record struct Event(int Id, string Level, string Source, string Message)
    {
        public override string ToString() => $"| {Id} | {Level} | {Source} | {Message} |";
    }

    static readonly List<Event> s_events =
    [
        .. from type in typeof(WorkerHost).Assembly.GetTypes()
           from method in type.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
           let message = method.GetCustomAttribute<LoggerMessageAttribute>()
           where message is not null
           orderby message.EventId
           select new Event(message.EventId, message.Level.ToString(), $"{type.FullName!["RebaseBatch.".Length..].Replace('.', '/')}", message.Message),
    ];

    [Fact]
    public void Each_event_id_stands_for_one_message_and_lies_in_its_folders_hundred()
    {
        Assert.NotEmpty(s_events);
        Assert.Equal(s_events.Count, s_events.Select(found => found.Id).Distinct().Count());
        Assert.All(s_events, found => Assert.Equal(s_hundreds[found.Source.Split('/')[0]], found.Id / 100));
    }

    [Fact]
    public void The_list_is_what_the_program_has()
    {
        var listed = Rows("## Events");
        var elsewhere = listed.Where(row => s_adapters.Any(row.Source.StartsWith) && !s_events.Exists(found => found.Source == row.Source));
        var expected = s_events.Concat(elsewhere).OrderBy(row => row.Id).ToList();
        if (listed.SequenceEqual(expected)) return;
        Assert.Fail($"""
            infra/events.md is not what the program logs. An id that is gone goes to its list of retired ones, and a changed message is better a new
            id when alerts may name the old one. The rows would be:
            {string.Join('\n', expected)}
            """);
    }

    [Fact]
    public void A_retired_id_stays_retired() => Assert.Empty(Rows("## Retired").Select(row => row.Id).Intersect(s_events.Select(found => found.Id)));

    static List<Event> Rows(string section)
    {
        var list = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "infra", "events.md"));
        var rest = list[(list.IndexOf(section, StringComparison.Ordinal) + section.Length)..];
        var end = rest.IndexOf("\n## ", StringComparison.Ordinal);
        return [.. Row().Matches(end < 0 ? rest : rest[..end]).Select(row => new Event(int.Parse(row.Groups[1].Value), row.Groups[2].Value, row.Groups[3].Value, row.Groups[4].Value))];
    }

    [GeneratedRegex(@"^\| (\d+) \| (\w+) \| (\S+) \| (.+) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
