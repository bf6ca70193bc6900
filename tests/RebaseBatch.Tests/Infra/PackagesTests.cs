using System.Text.Json;
using System.Xml.Linq;
using Xunit;

namespace RebaseBatch.Tests.Infra;

/// <summary>The packages of a plain build are all there is: it has no second kind.</summary>
[Fast]
public sealed class PackagesTests
{
    static readonly string[] s_left = [".git", ".rebase", "TestResults", "artifacts", "bin", "node_modules", "obj"];

    [Fact]
    public void Every_package_with_a_version_is_one_that_the_plain_build_restores_in_that_version()
    {
        var locked = Directory.EnumerateFiles(Repository.Root, "packages.lock.json", new EnumerationOptions
        {
            RecurseSubdirectories = true, MaxRecursionDepth = 2,
        }).SelectMany(Locked).ToHashSet(StringComparer.Ordinal);
        var versions = Versions().Where(version => !version.Name.Contains('$', StringComparison.Ordinal)).ToList();

        Assert.True(versions.Count > 15);
        Assert.Empty(versions.Select(version => $"{version.Name} {version.Version}").Except(locked));
        Assert.Superset(new HashSet<string> { "LLamaSharp", "LLamaSharp.Backend.Cpu", "Azure.Messaging.ServiceBus" },
            versions.Select(version => version.Name).ToHashSet());
        Assert.All(versions, version => Assert.Null(version.Condition));
    }

    [Fact]
    public void A_GPUs_files_come_by_the_property_alone()
    {
        var chosen = Versions().Single(version => version.Name.Contains('$', StringComparison.Ordinal));
        Assert.Equal(("LLamaSharp.Backend.$(LLamaSharpBackend)", "'$(LLamaSharpBackend)' != 'Cpu'"), (chosen.Name, chosen.Condition));
        // Files of another release than LLamaSharp's own crash the process.
        Assert.Equal(Versions().Single(version => version.Name == "LLamaSharp").Version, chosen.Version);
        Assert.Equal(3, Repository.Read("Directory.Packages.props").Split("\"$(LLamaSharpVersion)\"").Length - 1);
        var plain = XDocument.Parse(Repository.Read("Directory.Build.props")).Descendants("LLamaSharpBackend").Single();
        Assert.Equal(("Cpu", "'$(LLamaSharpBackend)' == ''"), (plain.Value, plain.Attribute("Condition")!.Value));
    }

    [Fact]
    public void Nothing_speaks_of_a_switch_for_packages()
    {
        // In two parts, or this file would be found.
        string[] gone = ["Rebase" + "Adapters", "REBASE_" + "ADAPTERS", "-p:ServiceBus" + "Version"];
        Assert.Empty(Texts(Repository.Root).SelectMany(file => gone
            .Where(word => File.ReadAllText(file).Contains(word, StringComparison.OrdinalIgnoreCase))
            .Select(word => $"{Path.GetRelativePath(Repository.Root, file)} says {word}")));
    }

    [Fact]
    public void The_output_has_LLamaSharps_files_for_this_system_and_for_no_other() =>
        Assert.Equal([$"runtimes/{LLamaSharpFiles.Platform}/native"], LLamaSharpFiles.Folders(AppContext.BaseDirectory));

    static IEnumerable<(string Name, string Version, string? Condition)> Versions()
    {
        var properties = XDocument.Parse(Repository.Read("Directory.Packages.props"));
        var release = properties.Descendants("LLamaSharpVersion").Single().Value;
        return properties.Descendants("PackageVersion").Select(item => (item.Attribute("Include")!.Value,
            item.Attribute("Version")!.Value.Replace("$(LLamaSharpVersion)", release, StringComparison.Ordinal),
            item.Attribute("Condition")?.Value));
    }

    static IEnumerable<string> Locked(string file)
    {
        using var packages = JsonDocument.Parse(File.ReadAllText(file));
        return [.. packages.RootElement.GetProperty("dependencies").EnumerateObject()
            .SelectMany(framework => framework.Value.EnumerateObject())
            .Where(package => package.Value.TryGetProperty("resolved", out _))
            .Select(package => $"{package.Name} {package.Value.GetProperty("resolved").GetString()}")];
    }

    // Models and databases are neither text nor small.
    static IEnumerable<string> Texts(string folder) => Directory.EnumerateFiles(folder).Where(file => new FileInfo(file).Length < 1 << 20)
        .Concat(Directory.EnumerateDirectories(folder).Where(inner => !s_left.Contains(Path.GetFileName(inner))).SelectMany(Texts));
}
