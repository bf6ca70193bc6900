using System.Text.RegularExpressions;
using Xunit;

namespace RebaseBatch.Tests.Architecture;

/// <summary>
/// The law of the layers, checked in the sources themselves: a static call or an object that is not stored counts as much as a field.
/// </summary>
[Fast]
public sealed partial class LayerTests
{
    [Fact]
    public void Every_file_sees_only_what_its_layer_may() => None(LayerLaw.Violations(SourceFile.All));

    [Fact]
    public void Every_file_lies_in_a_layer_and_its_namespace_is_its_folder()
    {
        None(SourceFile.All.Where(file => !LayerLaw.Allowed.ContainsKey(LayerLaw.PartOf(file.Folder)!))
            .Select(file => $"{file.Path} lies in no layer"));
        None(SourceFile.All.Where(file => file.Folder.Length > 0 && file.Folder != file.Namespace)
            .Select(file => $"{file.Path} declares RebaseBatch.{file.Namespace}"));
    }

    /// <summary>A layer may see only those before it, so the table itself can't contain a circle.</summary>
    [Fact]
    public void The_law_knows_one_direction()
    {
        var before = new HashSet<string> { "Migrations" };
        foreach (var (part, seen) in LayerLaw.Allowed)
        {
            Assert.All(seen, other => Assert.True(other != part && before.Contains(other), $"{part} sees {other}, which stands after it"));
            before.Add(part);
        }
    }

    [Fact]
    public void Rooms_of_a_layer_know_each_other_in_one_direction()
    {
        var known = SourceFile.All.SelectMany(file => file.Mentions.Select(mention => (From: Room(file.Folder), To: Room(mention.Space))))
            .Where(pair => pair.From is not null && pair.To is not null && pair.To != pair.From)
            .ToLookup(pair => pair.From!, pair => pair.To!);
        Assert.Contains("Durable.Batches", known["Durable.Checkpoints"]);
        foreach (var room in known.Select(group => group.Key)) Assert.Null(WayBack(room, room, [], known));
    }

    /// <summary>
    /// The test of the law fails on a forbidden line in each layer and each part of Inference, in every way to write the line.
    /// </summary>
    [Theory]
    [InlineData("Core/Searching", "Platform.Errors")]
    [InlineData("Platform/Files", "Durable.Jobs")]
    [InlineData("Inference/Ports", "Inference.Scheduling")]
    [InlineData("Inference/Gguf", "Inference.Catalog")]
    [InlineData("Inference/Llama", "Inference.Loading")]
    [InlineData("Inference/Scheduling", "Inference.Steps")]
    [InlineData("Inference/Steps", "Inference.Rewards")]
    [InlineData("Inference/Rewards", "Inference.Catalog")]
    [InlineData("Inference/Catalog", "Inference.Loading")]
    [InlineData("Inference/Loading", "Durable.Jobs")]
    [InlineData("Durable/Leases", "Inference.Loading")]
    [InlineData("Solving", "Evaluation.Reports")]
    [InlineData("Solving", "Inference.Llama")]
    [InlineData("Evaluation/Sweeps", "Solving")]
    [InlineData("Edge/Health", "Hosting")]
    [InlineData("Hosting", "Commands.Output")]
    [InlineData("Commands/Jobs", "Inference.Llama")]
    public void A_forbidden_line_is_found_and_printed(string folder, string space)
    {
        var part = LayerLaw.PartOf(folder.Replace('/', '.'));
        foreach (var line in new[]
        {
            $"using RebaseBatch.{space};", $"using static RebaseBatch.{space}.Thing;", $"using T = RebaseBatch.{space}.Thing;",
            $"global using RebaseBatch.{space};", $"    var made = new RebaseBatch.{space}.Thing();", $"    {space}.Thing.Do();",
            $"    void Take(List<{space}.Thing> things) {{ }}",
        })
        {
            var file = new SourceFile($"worker/{folder}/Made.cs",
                $"// A made file.\n{line}\nnamespace RebaseBatch.{folder.Replace('/', '.')};\n");
            var violation = Assert.Single(LayerLaw.Violations([file]).Distinct());
            Assert.Equal($"worker/{folder}/Made.cs:2: {part} must not see {LayerLaw.PartOf(space)}: {line.Trim()}", violation);
        }
    }

    [Fact]
    public void Core_does_no_input_or_output_and_knows_no_clock() => None(
        Lines(Impure()).Where(found => found.File.Folder.StartsWith("Core.", StringComparison.Ordinal)).Select(found => found.Text));

    [Fact]
    public void Native_functions_but_those_of_libc_are_called_behind_the_port_only() => None(
        Lines(Native()).Where(found => found.File.Folder is not ("Inference.Llama" or "Inference.Llama.LLamaSharp"))
            .Select(found => found.Text));

    static void None(IEnumerable<string> faults)
    {
        var all = faults.ToList();
        Assert.True(all.Count == 0, string.Join('\n', all));
    }

    static IEnumerable<(SourceFile File, string Text)> Lines(Regex pattern) =>
        from file in SourceFile.All
        from line in file.Code
        where pattern.IsMatch(line.Code)
        select (file, $"{file.Path}:{line.Line}: {line.Code.Trim()}");

    static string? Room(string space) => space.Split('.') is [var layer, var room, ..]
        && LayerLaw.Allowed.Keys.Any(part => part.Split('.')[0] == layer) ? $"{layer}.{room}" : null;

    static string? WayBack(string from, string to, HashSet<string> seen, ILookup<string, string> known) => known[from].Distinct()
        .Where(next => next == to || seen.Add(next))
        .Select(next => next == to ? $"{from} > {to}" : WayBack(next, to, seen, known) is { } rest ? $"{from} > {rest}" : null)
        .FirstOrDefault(way => way is not null);

    [GeneratedRegex(
        @"using (Npgsql|Dapper|Azure|Microsoft|OpenTelemetry|Spectre|YamlDotNet|System\.(Net|CommandLine|Diagnostics|Threading)\b)"
        + @"|\b(File|Directory|Console|Environment|DateTime|DateTimeOffset|Stopwatch|TimeProvider|Task|Thread)\.[A-Z]"
        + @"|Random\.Shared|new Random\(")]
    private static partial Regex Impure();

    [GeneratedRegex(@"\[(LibraryImport|DllImport)\((?!""libc"")|\bNativeLibrary\.")]
    private static partial Regex Native();
}
