using System.Text.Json.Nodes;
using Xunit;

namespace RebaseBatch.Tests.Commands.Results;

/// <summary>What a log of Inspect has to be.</summary>
static class InspectRules
{
    static readonly FormatRules s_log = FormatRules.Own("inspect-log");

    public static void Check(JsonNode log)
    {
        s_log.Check(log);
        // Inspect tells samples apart by their ids.
        var ids = log["samples"]!.AsArray().Select(sample => sample!["id"]!.GetValue<string>()).ToList();
        Assert.Equal(ids.Distinct(), ids);
    }
}
