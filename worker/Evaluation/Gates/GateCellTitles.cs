using System.Text.Json;
using System.Text.Json.Nodes;
using RebaseBatch.Contracts;
using RebaseBatch.Evaluation.Sweeps;

namespace RebaseBatch.Evaluation.Gates;

/// <summary>Cells in words: policy, strategy, width and dataset, and the settings that tell apart cells which share these. Pure.</summary>
static class GateCellTitles
{
    // What is in the title anyway.
    static readonly string[] s_named = ["seed", "policy", "strategy", "width"];

    /// <returns>In the same order.</returns>
    public static IReadOnlyList<string> Of(IReadOnlyList<(JobSpec Spec, string Dataset)> cells)
    {
        var titles = cells.Select(cell => $"{new PlannedJob(0, cell.Spec).Title} on {cell.Dataset}").ToArray();
        foreach (var alike in Enumerable.Range(0, cells.Count).GroupBy(i => titles[i]).Where(cell => cell.Count() > 1).ToList())
        {
            var settings = alike.ToDictionary(i => i, i => Settings(cells[i].Spec));
            var differing = settings.Values.SelectMany(one => one.Select(setting => setting.Key)).Distinct()
                .Where(name => settings.Values.Select(one => one[name]?.ToJsonString()).Distinct().Count() > 1).ToList();
            foreach (var i in alike)
                titles[i] += string.Concat(differing.Select(name => $", {name} {settings[i][name]?.ToString() ?? "none"}"));
        }

        return titles;
    }

    static JsonObject Settings(JobSpec spec)
    {
        var settings = JsonSerializer.SerializeToNode(spec, ContractsJson.Default.JobSpec)!.AsObject();
        foreach (var name in (IEnumerable<string>)[.. EffectlessSettings.Names, .. s_named]) settings.Remove(name);
        return settings;
    }
}
