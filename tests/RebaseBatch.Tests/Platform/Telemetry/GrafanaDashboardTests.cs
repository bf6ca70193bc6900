using System.Diagnostics.Metrics;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using RebaseBatch.Inference.Loading;
using Xunit;

namespace RebaseBatch.Tests.Platform.Telemetry;

/// <summary>The dashboard shows what the program measures.</summary>
[Fast]
public sealed partial class GrafanaDashboardTests
{
    static readonly JsonElement s_dashboard =
        JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "infra", "grafana", "rebasebatch.json"))).RootElement;

    static IEnumerable<JsonElement> Panels => s_dashboard.GetProperty("panels").EnumerateArray();

    static IEnumerable<string> Queries => Panels.Where(panel => panel.TryGetProperty("targets", out _))
        .SelectMany(panel => panel.GetProperty("targets").EnumerateArray()).Select(target => target.GetProperty("expr").GetString()!)
        .Concat(s_dashboard.GetProperty("templating").GetProperty("list").EnumerateArray()
            .Where(variable => variable.TryGetProperty("definition", out _))
            .Select(variable => variable.GetProperty("definition").GetString()!));

    [Fact]
    public void Every_metric_that_it_asks_for_is_one_that_a_worker_has()
    {
        var there = WorkerInstruments.All().SelectMany(PrometheusNames.Of).ToHashSet();
        var asked = Queries.SelectMany(query => Metric().Matches(query)).Select(match => match.Value).ToHashSet();
        Assert.True(asked.Count > 20);
        Assert.Subset(there, asked);
    }

    [Fact]
    public void Every_instrument_of_the_work_is_shown_or_known_not_to_be()
    {
        string[] left =
        [
            "rebasebatch.decode.calls", "rebasebatch.decode.branches", "rebasebatch.decode.busy",
            "rebasebatch.checkpoint.rewound", "rebasebatch.search.restarts",
        ];
        var asked = Queries.SelectMany(query => Metric().Matches(query)).Select(match => match.Value).ToHashSet();
        Assert.Equal(left.Order(), WorkerInstruments.All().Where(instrument => !PrometheusNames.Of(instrument).Any(asked.Contains))
            .Select(instrument => instrument.Name).Order());
    }

    [Fact]
    public void Every_class_that_measures_is_looked_at()
    {
        var measuring = typeof(EngineMetrics).Assembly.GetTypes()
            .Where(type => type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .Any(constructor => constructor.GetParameters().Any(parameter => parameter.ParameterType == typeof(Meter))))
            .Select(type => type.Name);
        Assert.Equal(["BatchMetrics", "CheckpointMetrics", "EngineMetrics", "IntakeMetrics", "LeaseMetrics", "NotificationMetrics",
            "QueueMetrics", "SearchMetrics", "ServiceFaults"], measuring.Order());
    }

    [Fact]
    public void Names_have_no_unit_and_say_what_they_are()
    {
        Assert.All(WorkerInstruments.All(), instrument =>
        {
            Assert.Matches("^(rebasebatch|messaging)(\\.[a-z_]+)+$", instrument.Name);
            Assert.DoesNotMatch("second|_ms|_total", instrument.Name);
            Assert.Matches("^(s|\\{[a-z_]+\\})$", instrument.Unit!);
            Assert.EndsWith(".", instrument.Description!, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void The_documentation_names_every_metric_and_its_unit() => Assert.Equal(
        WorkerInstruments.All().Select(instrument => (instrument.Name, instrument.Unit!.Trim('{', '}').Replace('_', ' '))).Order(),
        Row().Matches(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "telemetry.md")))
            .Select(row => (row.Groups[1].Value, row.Groups[2].Value)).Order());

    [Fact]
    public void Panels_lie_beside_each_other_within_the_grid()
    {
        var places = Panels.Select(panel => (Title: panel.GetProperty("title").GetString()!, At: panel.GetProperty("gridPos")))
            .Select(panel => (panel.Title, X: panel.At.GetProperty("x").GetInt32(), Y: panel.At.GetProperty("y").GetInt32(),
                W: panel.At.GetProperty("w").GetInt32(), H: panel.At.GetProperty("h").GetInt32())).ToList();
        Assert.All(places, place => Assert.True(place is { X: >= 0, Y: >= 0, W: > 0, H: > 0 } && place.X + place.W <= 24, place.Title));
        foreach (var (i, one) in places.Index())
            foreach (var other in places.Skip(i + 1))
                Assert.False(one.X < other.X + other.W && other.X < one.X + one.W && one.Y < other.Y + other.H && other.Y < one.Y + one.H,
                    $"{one.Title} lies over {other.Title}");
        Assert.Equal(Panels.Count(), Panels.Select(panel => panel.GetProperty("id").GetInt32()).Distinct().Count());
    }

    [Fact]
    public void Every_panel_asks_the_chosen_data_source()
    {
        var variable =
            Assert.Single(s_dashboard.GetProperty("templating").GetProperty("list").EnumerateArray(),
                one => one.GetProperty("name").GetString() == "datasource");
        Assert.Equal(("datasource", "prometheus"), (variable.GetProperty("type").GetString(), variable.GetProperty("query").GetString()));
        Assert.All(Panels.Where(panel => panel.GetProperty("type").GetString() != "row"), panel =>
        {
            Assert.Equal("${datasource}", panel.GetProperty("datasource").GetProperty("uid").GetString());
            Assert.All(panel.GetProperty("targets").EnumerateArray(),
                target => Assert.Equal("${datasource}", target.GetProperty("datasource").GetProperty("uid").GetString()));
        });
    }

    [GeneratedRegex(@"^\| `((?:rebasebatch|messaging)\.[^`]+)` \| ([a-z ]+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("(?:rebasebatch|messaging)_[a-z_]+")]
    private static partial Regex Metric();
}
