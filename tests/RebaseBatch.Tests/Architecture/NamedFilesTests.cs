using System.Text.RegularExpressions;
using RebaseBatch.Tests.Infra;
using Xunit;

namespace RebaseBatch.Tests.Architecture;

/// <summary>What the pages for contributors name is there, and the table of layers says what the law says.</summary>
[Fast]
public sealed partial class NamedFilesTests
{
    const string Architecture = "docs/architecture.md";

    static readonly HashSet<string> s_suites =
        [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests", "RebaseBatch.Tests"), "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetFileNameWithoutExtension(file))];

    [Theory]
    [InlineData(Architecture, 60)]
    [InlineData("CONTRIBUTING.md", 30)]
    [InlineData("docs/promises.md", 30)]
    [InlineData("docs/statistics.md", 14)]
    public void Every_file_and_suite_that_is_named_exists(string page, int least)
    {
        var text = Repository.Read(page);
        var names = Files(text).Concat(Suites(text)).ToList();
        Assert.True(names.Count >= least, $"{page} names {names.Count} files and suites");
        Assert.Empty(Files(text).Where(file => !Path.Exists(Path.Combine(Repository.Root, file)))
            .Concat(Suites(text).Where(suite => !s_suites.Contains(suite))).Select(name => $"{page} names {name}"));
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("CONTRIBUTING.md")]
    [InlineData("CHANGELOG.md")]
    [InlineData("docs")]
    [InlineData("infra")]
    [InlineData("worker/models/README.md")]
    [InlineData("worker/Core/Searching/Authors/README.md")]
    [InlineData("tests/RebaseBatch.Benchmarks/RESULTS.md")]
    public void Every_link_leads_somewhere(string place)
    {
        var path = Path.Combine(Repository.Root, place);
        foreach (var file in Directory.Exists(path) ? Directory.GetFiles(path, "*.md", SearchOption.AllDirectories) : [path])
            Assert.Empty(Links(File.ReadAllText(file)).Where(link => !Leads(file, link)).Select(link => $"{file} links to {link}"));
    }

    [Fact]
    public void The_table_of_layers_says_what_the_law_says()
    {
        var rows = Row().Matches(Repository.Read(Architecture))
            .ToDictionary(row => row.Groups["layer"].Value, row => Parts(row.Groups["sees"].Value));
        Assert.Equal(LayerLaw.Allowed.Keys, rows.Keys);
        foreach (var (layer, seen) in LayerLaw.Allowed) Assert.Equal(seen.Order(StringComparer.Ordinal),
            rows[layer].Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("`worker/Solving/Gone.cs`", "worker/Solving/Gone.cs")]
    [InlineData("`rebase db migrate`, `Worker:LeaseSeconds`", null)]
    [InlineData("`migrations/NNNN_name.sql`", null)]
    public void A_file_is_known_by_its_look(string text, string? file) => Assert.Equal(file, Files(text).SingleOrDefault());

    [Fact]
    public void Headings_have_the_anchors_that_GitHub_gives_them() =>
        Assert.Equal("jobs-as-messages-and-more", Anchor("Jobs as messages, and *more*"));

    static IEnumerable<string> Files(string text) => File_().Matches(text).Select(match => match.Groups[1].Value);

    static IEnumerable<string> Suites(string text) => Suite().Matches(text).Select(match => match.Groups[1].Value);

    static IEnumerable<string> Links(string text) => Link().Matches(text).Select(match => match.Groups[1].Value)
        .Where(link => !link.Contains("://", StringComparison.Ordinal));

    static bool Leads(string from, string link)
    {
        var (path, anchor) = link.Split('#') is [var before, var after] ? (before, after) : (link, null);
        var target = path.Length == 0 ? from : Path.Combine(Path.GetDirectoryName(from)!, path);
        return Path.Exists(target)
            && (anchor is null || Heading().Matches(File.ReadAllText(target)).Any(heading => Anchor(heading.Groups[1].Value) == anchor));
    }

    static string Anchor(string heading) =>
        string.Concat(heading.Trim().ToLowerInvariant().Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_')).Replace(' ', '-');

    static IEnumerable<string> Parts(string cell) => cell.Split(", ").SelectMany(name => name switch
    {
        "nothing" => [],
        "Inference" =>
            LayerLaw.Allowed.Keys.Where(part => part.StartsWith("Inference.", StringComparison.Ordinal) && part != "Inference.Llama"),
        _ => [LayerLaw.Allowed.ContainsKey($"Inference.{name}") ? $"Inference.{name}" : name],
    });

    // A path below one of the repository's folders, without a place for a name in it.
    [GeneratedRegex(@"`((?:contracts|migrations|worker|tests|infra|docs|\.ci)/(?![^`]*(?:NNNN|\bNAME|\*))[^` ]*)`")]
    private static partial Regex File_();

    [GeneratedRegex(@"`(\w+(?:Tests|Conformance))`")]
    private static partial Regex Suite();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"^\| (?<layer>[A-Z][\w.]*) \| (?<sees>[^|]+) \| [^|]+ \| \d+ \| \d+ \|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
