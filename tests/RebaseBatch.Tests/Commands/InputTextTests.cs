using System.Net.Sockets;
using System.Runtime.InteropServices;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Commands;

/// <summary>What people give in place of a file, to the commands that read one before they need a database.</summary>
[Fast]
public sealed partial class InputTextTests : IDisposable
{
    const string Sweep = "datasets: one.jsonl\npolicies: tiny-math-policy-s\nstrategies: greedy\n";

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", 2, "is empty")]
    [InlineData(".", 2, "is a folder: name a file in it")]
    [InlineData("nothing", 3, "there is no ")]
    [InlineData("deep.yaml", 2, "more than 64 levels")]
    [InlineData("deep.json", 2, "more than 64 levels")]
    [InlineData("nul.yaml", 2, "is not a text")]
    [InlineData("latin.yaml", 2, "latin.yaml is not valid UTF-8")]
    [InlineData("long.yaml", 2, "longer than 16 M characters")]
    [InlineData("number.yaml", 2, "is not a whole number")]
    [InlineData("empty.yaml", 2, "one mapping")]
    public async Task What_is_no_sweep_is_a_sentence(string file, int code, string says)
    {
        _folder.Write("one.jsonl", """{"question":"1+1?","answer":"2"}""");
        _folder.Write("deep.yaml", new string('[', 100_000));
        _folder.Write("deep.json", string.Concat(Enumerable.Repeat("""{"a":""", 100_000)));
        _folder.Write("nul.yaml", Sweep + "name: \"a\\0b\"\n");
        _folder.Write("number.yaml", Sweep + "seeds: 18446744073709551616\n");
        _folder.Write("long.yaml", Sweep + "#" + new string('x', 17 << 20));
        _folder.Write("empty.yaml", "");
        await File.WriteAllBytesAsync(Path.Combine(_folder.Path, "latin.yaml"), [.. "name: Stra"u8, 0xDF, (byte)'e'], default);

        string[] schedule = ["schedules", "add", "s", "--cron", "@daily", "--sweep", file];
        foreach (var line in (string[][])[["jobs", "enqueue", "--sweep", file], schedule])
        {
            var run = await CommandRun.In(_folder, [], line);

            Assert.Equal((ExitCode)code, run.Code);
            Assert.Contains(says, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/dev/zero", "is a device")]
    [InlineData("/dev/random", "is a device")]
    [InlineData("pipe", "is a named pipe")]
    [InlineData("socket", "is a socket")]
    [InlineData("/proc/self/status", "is a view of the kernel")]
    [InlineData("/proc", "is a folder")]
    public async Task What_has_no_end_or_no_beginning_is_refused_by_every_command_that_reads_a_file(string file, string says)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux says what a name stands for");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(Path.Combine(_folder.Path, "socket")));
        Assert.Equal(0, MakePipe(Path.Combine(_folder.Path, "pipe"), Convert.ToUInt32("600", 8)));
        _folder.Write("one.jsonl", """{"question":"1+1?","answer":"2"}""");
        _folder.Write("sweep.yaml", Sweep);
        string[] models = ["--policy", "tiny-math-policy-s", "--reward", "tiny-math-prm"];
        string[] key = ["Rebase:Models:served:Endpoint=http://127.0.0.1:1", "Rebase:Models:served:Kind=vllm",
            $"Rebase:Models:served:ApiKeyFile={Path.GetFullPath(file, _folder.Path)}"];
        string[][] lines =
        [
            ["datasets", "check", file], ["jobs", "enqueue", file, .. models], ["compare", file, .. models],
            ["jobs", "enqueue", "--sweep", file], ["schedules", "add", "s", "--cron", "@daily", "--sweep", file],
            ["schedules", "add", "s", "--cron", "@daily", "--sweep", "sweep.yaml", "--gate", file],
            ["models", "list", .. key.SelectMany(setting => new[] { "--set", setting })],
            // Of a folder there is no such model.
            .. file == "/proc" ? Array.Empty<string[]>() : [["models", "check", Path.GetFullPath(file, _folder.Path)]],
        ];
        foreach (var line in lines)
        {
            var run = await CommandRun.In(_folder, [], [.. line, "--data", _folder.Path])
                .WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

            Assert.True(run.Code is ExitCode.BadInput, $"{string.Join(' ', line)}: {run.Error}");
            Assert.Contains(says, run.ErrorLines[^1], StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("99 * * * *")]
    [InlineData("18446744073709551616 * * * *")]
    [InlineData("")]
    [InlineData("@reboot")]
    [InlineData("*/0 * * * *")]
    public async Task What_is_no_cron_expression_is_a_sentence(string cron)
    {
        _folder.Write("one.jsonl", """{"question":"1+1?","answer":"2"}""");

        var run = await CommandRun.In(_folder, [], [.. System.Text.Encoding.UTF8.GetBytes(Sweep)],
            "schedules", "add", "s", "--cron", cron, "--sweep", "-");

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains("is not a cron expression: ", run.ErrorLines[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Host=127.0.0.1;Port=99999", "can't be used")]
    [InlineData("Username=x;Database=y", "can't be used")]
    [InlineData("Host=127.0.0.1;Port=1;Encoding=nothing", "can't be used")]
    [InlineData("Host=127.0.0.1;Port=1;Read Buffer Size=1", "can't be used")]
    [InlineData("postgres://127.0.0.1/x", "is not an Npgsql connection string")]
    public async Task A_connection_string_that_leads_nowhere_is_a_sentence(string database, string says)
    {
        var run = await CommandRun.In(_folder, [], "jobs", "list", "--database", database, "--set", "Rebase:Database:WaitSeconds=0");

        Assert.True(run.Code is ExitCode.BadInput || run.Error.Contains("refused"), run.Error);
        if (run.Code is ExitCode.BadInput) Assert.Contains(says, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_stdin_only_one_file_can_be_read()
    {
        var run = await CommandRun.In(_folder, [], [], "schedules", "add", "s", "--cron", "@daily", "--sweep", "-", "--gate", "-");

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains("can't both be read from stdin", run.Error, StringComparison.Ordinal);
    }

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakePipe(string path, uint mode);
}
