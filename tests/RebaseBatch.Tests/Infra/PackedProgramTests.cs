using System.IO.Compression;
using System.Text.Json;
using RebaseBatch.Commands;
using Xunit;

namespace RebaseBatch.Tests.Infra;

/// <summary>What <c>dotnet pack worker</c> and a self-contained publish make is installed and run, without the build's folders.</summary>
public sealed class PackedProgramTests(PackedProgram packed) : IClassFixture<PackedProgram>
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_runs_with_its_models_its_native_files_and_its_database(bool tool)
    {
        var program = tool ? packed.Tool : packed.SelfContained;

        Assert.Equal(typeof(CommandLine).Assembly.GetName().Version!.ToString(3), (await packed.RunAsync(program, "--version")).Trim());
        var models = JsonDocument.Parse(await packed.RunAsync(program, "models", "list", "--format", "json")).RootElement;
        Assert.Equal(4, models.GetArrayLength());
        Assert.All(models.EnumerateArray(), model => Assert.True(File.Exists(model.GetProperty("path").GetString())));
        var answers = await packed.RunAsync(program, "demo", "--limit", "1", "--width", "2", "--format", "json");
        Assert.All(JsonDocument.Parse(answers).RootElement.EnumerateArray(),
            job => Assert.Equal("completed", job.GetProperty("state").GetString()));
    }

    [Fact]
    public void One_small_package_names_those_of_the_systems_and_each_has_the_files_of_its_own_system()
    {
        var packages = Directory.GetFiles(packed.Packages).ToDictionary(file => Path.GetFileName(file), file => new FileInfo(file).Length);
        var version = typeof(CommandLine).Assembly.GetName().Version!.ToString(3);

        Assert.Equal(new[] { $"RebaseBatch.{version}.nupkg", $"RebaseBatch.{LLamaSharpFiles.Platform}.{version}.nupkg" }.Order(),
            packages.Keys.Order());
        Assert.InRange(packages[$"RebaseBatch.{version}.nupkg"], 1, 1 << 20);
        // 65 MB. With the files of llama.cpp for every system, or with each file twice, it would be above 100.
        Assert.InRange(packages[$"RebaseBatch.{LLamaSharpFiles.Platform}.{version}.nupkg"], 1 << 20, 90 << 20);
        using var package = ZipFile.OpenRead(Path.Combine(packed.Packages, $"RebaseBatch.{LLamaSharpFiles.Platform}.{version}.nupkg"));
        var systems = package.Entries.Select(entry => entry.FullName.Split("/runtimes/")).Where(parts => parts.Length == 2)
            .Where(parts => parts[1].Contains("llama", StringComparison.Ordinal)).Select(parts => parts[1].Split('/')[0]).Distinct();
        Assert.Equal([LLamaSharpFiles.Platform], systems);
    }
}
