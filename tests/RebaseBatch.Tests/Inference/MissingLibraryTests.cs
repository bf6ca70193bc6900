using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using RebaseBatch.Inference.Llama;
using RebaseBatch.Inference.Llama.LLamaSharp;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Inference;

/// <summary>A machine that can't load LLamaSharp's files.</summary>
public sealed class MissingLibraryTests
{
    [Fact]
    public async Task The_program_takes_LlamaCpp_where_libgomp_is_missing_and_says_so_once()
    {
        Assert.SkipUnless(await HiddenLibrary.IsPossibleAsync(), "this user may not make a mount namespace");
        using var folder = new TemporaryFolder();
        // It chooses twice: for the devices and for the models.
        var (_, output, error) = await HiddenLibrary.RebaseAsync("doctor", "--format", "json", "--data", folder.Path);
        Assert.Equal(
            "rebase: warning: the files of the runtime LLamaSharp can't be loaded (libgomp.so.1 is missing): the runtime LlamaCpp decodes "
                + "instead", error.Trim());
        var findings = JsonDocument.Parse(output).RootElement.EnumerateArray()
            .ToDictionary(row => row.GetProperty("check").GetString()!,
                row => (IsOk: row.GetProperty("ok").GetBoolean(), Detail: row.GetProperty("detail").GetString()!));
        Assert.True(findings["runtime"].IsOk);
        Assert.Matches("^LlamaCpp 0.4.0.*, files libggml-cpu.*; LLamaSharp can't be loaded here: libgomp.so.1 is missing$",
            findings["runtime"].Detail);
        Assert.True(findings["devices"].IsOk);
        // Each of them was loaded and read.
        Assert.Equal((true, "4 can be used"), findings["models"]);
    }

    [Fact]
    public async Task A_runtime_that_is_set_is_refused_with_the_name_of_what_is_missing()
    {
        Assert.SkipUnless(await HiddenLibrary.IsPossibleAsync(), "this user may not make a mount namespace");
        using var folder = new TemporaryFolder();
        var (code, output, error) = await HiddenLibrary.RebaseAsync("models", "check", "tiny-math-prm", "--data", folder.Path,
            "--set", "Rebase:Inference:Runtime=LLamaSharp");
        Assert.Equal(((int)ExitCode.ModelUnusable, ""), (code, output));
        Assert.StartsWith("rebase: the files of the runtime LLamaSharp can't be loaded: libgomp.so.1 is missing.", error,
            StringComparison.Ordinal);
    }

    [Fact]
    public Task Files_that_can_not_be_loaded_leave_nothing_in_the_process()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only its loader keeps files that were freed");
        return RunAsync(nameof(Part_that_loads_an_incomplete_folder));
    }

    [Fact]
    public Task A_file_that_was_cut_off_is_named_and_does_not_end_the_process()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the other loaders refuse it");
        return RunAsync(nameof(Part_that_loads_a_file_that_was_cut_off));
    }

    /// <summary>In its own process: this one has the complete files, whose names inside are the same.</summary>
    [Fact(Explicit = true)]
    public void Part_that_loads_an_incomplete_folder()
    {
        using var folder = new TemporaryFolder();
        var natives = CopyNatives(folder);
        File.Delete(Path.Combine(folder.Path, "libggml-cpu.so"));

        var files = new LLamaSharpFiles(folder.Path);
        files.Try(Path.Combine(folder.Path, "libllama.so"), metadata: null);
        Assert.Equal((null, "libggml-cpu.so is missing"), (files.Path, files.Fault));
        Assert.DoesNotContain(File.ReadLines("/proc/self/maps"), line => line.Contains(folder.Path, StringComparison.Ordinal));

        // The next candidate is taken, and what the better one lacks is told.
        files.Try(Path.Combine(natives, "libllama.so"), metadata: null);
        Assert.Equal(Path.Combine(natives, "libllama.so"), files.Path);
        Assert.Equal(
            $"{Path.GetFileName(natives)}, as those of {Path.GetFileName(folder.Path)} can't be loaded: libggml-cpu.so is missing",
            files.Variant);
    }

    /// <summary>In its own process, which Linux would end by a signal.</summary>
    [Fact(Explicit = true)]
    public void Part_that_loads_a_file_that_was_cut_off()
    {
        using var folder = new TemporaryFolder();
        CopyNatives(folder);
        // Its headers are there, so that the loader maps it, and most of its code is not.
        using (var file = File.OpenWrite(Path.Combine(folder.Path, "libllama.so"))) file.SetLength(100_000);

        var files = new LLamaSharpFiles(folder.Path);
        files.Try(Path.Combine(folder.Path, "libllama.so"), metadata: null);
        Assert.Equal((null, "libllama.so is cut off after 100000 bytes"), (files.Path, files.Fault));
        var refused = Assert.Throws<UserException>(() => new LlamaCppRuntime(folder.Path, NullLogger.Instance).Devices());
        Assert.Contains("libllama.so is cut off after 100000 bytes", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>Copies the files of the package's best variant.</summary>
    /// <returns>Their folder.</returns>
    static string CopyNatives(TemporaryFolder to)
    {
        var runtimes = Path.Combine(AppContext.BaseDirectory, "runtimes");
        var natives = Directory.EnumerateFiles(runtimes, "libllama.so", SearchOption.AllDirectories)
            .Select(Path.GetDirectoryName).Order(StringComparer.Ordinal).Last()!;
        foreach (var file in Directory.EnumerateFiles(natives)) File.Copy(file, Path.Combine(to.Path, Path.GetFileName(file)));
        return natives;
    }

    static async Task RunAsync(string part)
    {
        var (code, output) = await TestProgram.RunAsync([],
            ["-method", $"{typeof(MissingLibraryTests).FullName}.{part}", "-explicit", "only"]);
        Assert.True(code == 0 && output.Contains("Total: 1, Errors: 0, Failed: 0, Skipped: 0", StringComparison.Ordinal), output);
    }
}
