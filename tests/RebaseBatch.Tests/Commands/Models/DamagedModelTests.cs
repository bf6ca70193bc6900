using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Commands.Models;

/// <summary>Model files that a copy left unfinished, given to every command that takes a model.</summary>
public sealed class DamagedModelTests(PostgresServer server)
{
    static readonly byte[] s_whole = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "models", "tiny-math-policy-s.gguf"));

    [Theory]
    [InlineData("header")]
    [InlineData("noise")]
    [InlineData("tensors")]
    [InlineData("text")]
    public async Task It_is_a_sentence_and_the_exit_code_of_a_model(string damage)
    {
        await using var bench = await CommandBench.CreateAsync(server);
        bench.Folder.Write("set.jsonl", """{"question":"What is 1?","answer":"#### 1"}""" + "\n");
        var noise = new byte[5000];
        new Random(7).NextBytes(noise);
        var file = Path.Combine(bench.Folder.Path, "damaged.gguf");
        await File.WriteAllBytesAsync(file, damage switch
        {
            "header" => s_whole[..3000],
            "noise" => [.. s_whole[..24], .. noise],
            "tensors" => s_whole[..^(s_whole.Length / 2)],
            _ => "no model at all, but a page that says so"u8.ToArray(),
        }, TestContext.Current.CancellationToken);
        string[][] lines =
        [
            ["models", "check", file],
            ["compare", "set.jsonl", "--policy", file, "--reward", "tiny-math-prm", "--width", "2"],
            ["compare", "set.jsonl", "--policy", "tiny-math-policy-s", "--reward", file, "--width", "2"],
            ["jobs", "enqueue", "set.jsonl", "--policy", file, "--reward", "tiny-math-prm"],
            ["jobs", "enqueue", "set.jsonl", "--policy", "tiny-math-policy-s", "--reward", file],
        ];
        foreach (var line in lines)
        {
            var run = await bench.RunAsync(line);

            Assert.True(run.Code is ExitCode.ModelUnusable, $"{string.Join(' ', line)}: {run.Code} {run.Error}");
            Assert.Contains("damaged.gguf", run.Error + run.Out, StringComparison.Ordinal);
            Assert.DoesNotContain("nexpected fault", run.Error, StringComparison.Ordinal);
        }

        var doctor = await bench.RunAsync("doctor", "--format", "csv", "--set", $"Rebase:Models:bad:Path={file}");
        Assert.Contains(doctor.OutLines, line => line.StartsWith("models,false,", StringComparison.Ordinal)
            && line.Contains("damaged.gguf", StringComparison.Ordinal));
    }
}
