using System.Reflection;
using Microsoft.Extensions.Logging;
using RebaseBatch.Hosting;
using Xunit;

namespace RebaseBatch.Tests.Hosting;

public sealed class EventIdTests
{
    /// <summary>Which hundred of event ids is whose. Alerts and dashboards name them: an id never moves.</summary>
    static readonly Dictionary<string, int> s_hundreds = new()
    {
        ["Batches"] = 1, ["Leases"] = 1, ["Budgets"] = 1, ["Jobs"] = 1, ["Database"] = 1,
        ["Checkpoints"] = 2, ["Results"] = 3, ["Local"] = 4, ["Inference"] = 5, ["Hosting"] = 6, ["Telemetry"] = 7, ["Schedules"] = 8,
        ["Http"] = 9, ["Intake"] = 10, ["Sources"] = 12,
    };

    [Fact]
    public void Each_event_id_stands_for_one_message_and_lies_in_its_folders_hundred()
    {
        var events = typeof(WorkerHost).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Where(method => method.IsDefined(typeof(LoggerMessageAttribute)))
            .Select(method => (Folder: method.DeclaringType!.Namespace!.Split('.')[1], Id: method.GetCustomAttribute<LoggerMessageAttribute>()!.EventId))
            .ToList();
        Assert.NotEmpty(events);
        Assert.Equal(events.Count, events.Select(found => found.Id).Distinct().Count());
        Assert.All(events, found => Assert.Equal(s_hundreds[found.Folder], found.Id / 100));
    }
}
