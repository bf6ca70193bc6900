using System.Diagnostics;
using System.Text.RegularExpressions;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Infra;

/// <summary>
/// The image without Docker: the commands of its build stage on its own context, with the native files that every feed has.
/// </summary>
public sealed partial class ImageTests
{
    // What --build-arg would say. A GPU's files are not in every feed.
    const string Backend = "Cpu";

    [Fact]
    public void The_context_holds_what_the_build_reads_and_no_models_and_outputs()
    {
        var files = BuildContext.Files.ToList();

        Assert.Contains("worker/Program.cs", files);
        Assert.Contains("migrations/views.sql", files);
        Assert.Contains(".editorconfig", files);
        Assert.DoesNotContain(files,
            file => file.EndsWith(".gguf", StringComparison.Ordinal) || file.Contains("node_modules", StringComparison.Ordinal)
                || Output().IsMatch(file));
        Assert.DoesNotContain(files,
            file => file.StartsWith("tests/", StringComparison.Ordinal) || file.StartsWith("infra/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_build_stage_makes_a_program_that_starts()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the stage is for Linux");
        using var folder = new TemporaryFolder();
        var image = new[] { "source", "app", "native", "program" }.ToDictionary(name => $"/{name}",
            name => Path.Combine(folder.Path, name));
        Directory.CreateDirectory(image["/source"]);
        // This build has just fetched what npm brings, so the commands find it up to date. These are copies, because npm deletes what is
        // there.
        const string Fetched = "worker/native/node_modules";
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Repository.Root, Fetched), "*", SearchOption.AllDirectories)
            .Where(file => !file.Contains("@embedded-postgres", StringComparison.Ordinal)))
            Copy(file, Path.Combine(image["/source"], Path.GetRelativePath(Repository.Root, file)));

        foreach (var (_, verb, text) in Dockerfile.Instructions.Where(i => i.Stage == "build").SkipWhile(i => i.Verb != "WORKDIR"))
        {
            if (verb == "COPY") CopyContext(text, image["/source"]);
            else if (verb == "RUN") await RunAsync(InFolder().Replace(text, path => image[path.Value]), image["/source"]);
            else Assert.Equal(("WORKDIR", "/source"), (verb, text));
        }

        Assert.All(Directory.EnumerateFiles(image["/app"]), file => Assert.EndsWith(".dll", file, StringComparison.Ordinal));

        // In the order in which the last stage copies them, one over the other.
        Assert.Equal(["--from=dotnet /usr/share/dotnet /usr/share/dotnet", "--from=build /native ./", "--from=build /app ./",
            "--from=build /program ./"], Dockerfile.Of("worker", "COPY"));
        Assert.Equal(["RebaseBatch.Contracts.dll", "RebaseBatch.Migrations.dll", "appsettings.json", "rebase", "rebase.deps.json",
            "rebase.dll", "rebase.runtimeconfig.json"],
            Directory.EnumerateFiles(image["/program"]).Select(Path.GetFileName)
                .Where(name => !name!.EndsWith(".pdb", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Empty(Directory.EnumerateFiles(image["/app"], "*.gguf", SearchOption.AllDirectories));
        Assert.Equal(["llama"], Directory.EnumerateDirectories(Path.Combine(image["/native"], "native")).Select(Path.GetFileName));
        await RunAsync("cp -R native/. program/. app", folder.Path);

        Assert.All(["LLamaSharp.dll", "Azure.Messaging.ServiceBus.dll", "System.IO.Hashing.dll"],
            file => Assert.True(File.Exists(Path.Combine(image["/app"], file)), $"{file} is missing"));
        Assert.NotEmpty(Directory.EnumerateFiles(Path.Combine(image["/app"], "native", "llama"), "libllama.*"));
        Assert.Equal([$"runtimes/{LLamaSharpFiles.Platform}/native"], LLamaSharpFiles.Folders(image["/app"]));
        await TryProgramAsync(Path.Combine(image["/app"], "rebase"), folder.Path);
    }

    /// <summary>The program answers from its own folder, and decodes by each runtime and by the one that it takes unasked.</summary>
    static async Task TryProgramAsync(string program, string folder)
    {
        Assert.Matches(@"^\d+\.\d+\.\d+", (await TryAsync(program, folder, "--version")).Output);
        var (code, models, error) = await TryAsync(program, folder, "models", "list", "--format", "csv");
        Assert.True(code == 0, error);
        Assert.Contains("tiny-math-prm", models, StringComparison.Ordinal);
        var check = Dockerfile.Words(Dockerfile.Of("worker", "HEALTHCHECK").Single())[1..];
        var health = await TryAsync(program, folder, [.. check, "--set", $"Rebase:Http:Port={FreePort.Take()}"]);
        Assert.Equal(ExitCode.Unhealthy, (ExitCode)health.Code);

        // Its database is elsewhere, so that not all checks can pass.
        var doctor = await TryAsync(program, folder, "doctor", "--data", Path.Combine(folder, "data"), "--format", "csv");
        Assert.Contains("\ndevices,true,", doctor.Output, StringComparison.Ordinal);
        Assert.Matches("\nruntime,true,\"?LLamaSharp ", doctor.Output);

        string[] load = ["models", "check", Models.PathOf("tiny-math-policy-s")];
        foreach (string[] setting in (string[][])[[], .. Enum.GetNames<InferenceRuntime>()
            .Select(runtime => (string[])["--set", $"Rebase:Inference:Runtime={runtime}"])])
        {
            var (exit, output, fault) = await TryAsync(program, folder, [.. load, .. setting]);
            Assert.True(exit == 0, $"{string.Join(' ', setting)}\n{output}\n{fault}");
        }
    }

    [Fact]
    public void Every_base_is_pinned_to_a_version()
    {
        var versions = Dockerfile.Of("", "ARG").Select(text => text.Split('=', 2)).ToDictionary(pair => $"${{{pair[0]}}}", pair => pair[1]);
        var bases = Dockerfile.Instructions.Where(i => i.Verb == "FROM").Select(i => i.Text.Split(" AS ")[0]).ToList();
        Assert.Equal(4, bases.Count);
        var images =
            bases.Select(
                name => versions.Aggregate(name, (text, version) => text.Replace(version.Key, version.Value, StringComparison.Ordinal)))
            .Concat(Yaml.Documents("infra/compose.yaml").Single().PairsAt("services").Select(service => service.Value.TextAt("image")!)
                .Where(image => image != "rebasebatch"))
            .Append(Manifests.Of("DaemonSet", "nvidia-device-plugin").TextAt("spec", "template", "spec", "containers", "0", "image")!)
            .Concat(Manifests.Servers.SelectMany(server => server.Pod.ItemsAt("initContainers").Concat(server.Pod.ItemsAt("containers")))
                .Select(container => container.TextAt("image")!)).ToList();
        Assert.All(images, image => Assert.Matches(Pinned(), image));
        // A server is one version everywhere.
        Assert.Single(images.Where(image => image.StartsWith("vllm/", StringComparison.Ordinal)).Distinct());
        Assert.StartsWith("nvidia/cuda:12.", images.ElementAt(3), StringComparison.Ordinal);
    }

    [Fact]
    public void Packages_come_by_the_lock_files_where_these_apply() => Assert.Contains(
        Dockerfile.Of("build", "RUN"), text => text.Contains("dotnet restore worker --locked-mode", StringComparison.Ordinal));

    /// <summary>
    /// A build with a GPU's files is not locked, and in it too a package of another version than the named one is
    /// an error.
    /// </summary>
    [Fact]
    public async Task Packages_are_found_without_the_lock_files_too()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the stage is for Linux");
        using var folder = new TemporaryFolder();
        foreach (var (_, verb, text) in Dockerfile.Instructions.Where(i => i.Stage == "build").SkipWhile(i => i.Verb != "WORKDIR")
            .TakeWhile(i => i.Verb != "RUN")) if (verb == "COPY") CopyContext(text, folder.Path);

        // A build for one runtime is not locked either, and its packages are in every feed.
        await RunAsync("dotnet restore worker -r linux-x64", folder.Path);

        Assert.True(File.Exists(Path.Combine(folder.Path, "worker", "obj", "project.assets.json")));
    }

    [Fact]
    public void The_image_has_the_files_for_CUDA_12_unless_its_build_is_told_otherwise()
    {
        Assert.Contains("LLamaSharpBackend=Cuda12", Dockerfile.Of("", "ARG"));
        // Without a value each stage takes over the one above. MSBuild reads it from the environment.
        Assert.Equal("LLamaSharpBackend", Dockerfile.Of("build", "ARG").Single());
        Assert.Contains(Dockerfile.Of("build", "ENV"),
            text => text.Split(' ').Contains("LLamaSharpBackend=${LLamaSharpBackend}"));
        // One package has one version, here and in a build without Docker.
        Assert.DoesNotContain(Dockerfile.Instructions, i => i.Text.Contains("LLamaSharpVersion", StringComparison.Ordinal));
    }

    [Fact]
    public void The_image_has_the_library_that_LLamaSharps_files_need_from_the_system() => Assert.Contains(
        Dockerfile.Of("worker", "RUN"), text => text.Split(' ').Contains("libgomp1"));

    static void CopyContext(string text, string target)
    {
        var words = text.Split(' ');
        foreach (var file in BuildContext.Files.Where(
            file => words[..^1].Any(source => source == "." || Covers(source.TrimEnd('/'), file))))
        {
            var inside = words[^1] is "./" or "." ? file : words[^1] + file[words[^1].Length..];
            Copy(Path.Combine(Repository.Root, file), Path.Combine(target, inside));
        }
    }

    static void Copy(string from, string to)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        File.Copy(from, to, overwrite: true);
    }

    static bool Covers(string source, string file) => file == source || file.StartsWith(source + "/", StringComparison.Ordinal)
        || source.Contains('*', StringComparison.Ordinal)
            && Regex.IsMatch(file, $"^{Regex.Escape(source).Replace(@"\*", "[^/]*", StringComparison.Ordinal)}$");

    static async Task RunAsync(string command, string folder)
    {
        var (code, output, error) = await TryAsync("/bin/sh", folder, "-ec", command);
        Assert.True(code == 0, $"{command}\n{output}\n{error}");
    }

    static async Task<(int Code, string Output, string Error)> TryAsync(string program, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        // Settings of the MSBuild that runs these tests must not reach this one, and this build must leave no compiler running.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("Rebase", StringComparison.OrdinalIgnoreCase)).ToList()) start.Environment.Remove(name);
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        start.Environment["LLamaSharpBackend"] = Backend;
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }

    [GeneratedRegex("(^|/)(bin|obj)/")]
    private static partial Regex Output();

    // llama.cpp numbers its builds.
    [GeneratedRegex(@"^[a-z0-9./-]+:(v?\d+(\.\d+|-CU\d+)+|server-b\d+)(-[a-z0-9.-]+)?(@sha256:[0-9a-f]{64})?$")]
    private static partial Regex Pinned();

    // Folders at the image's root; not parts of other paths.
    [GeneratedRegex(@"(?<![\w./])/(source|app|native|program)\b")]
    private static partial Regex InFolder();
}
