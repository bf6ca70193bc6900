using System.Diagnostics;
using RebaseBatch.Commands.Output;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Commands;

/// <summary>The real program with streams, limits and variables as shells, cron and containers give them.</summary>
public sealed class HostileStreamsTests : IDisposable
{
    const string Prelude = """
        rebase() { "$DOTNET" "$PROGRAM" "$@"; }

        """;

    readonly TemporaryFolder _folder = new();

    public HostileStreamsTests()
    {
        _folder.Write("one.jsonl", """{"question":"1+1?","answer":"2"}""");
        _folder.Write("many.jsonl", string.Concat(Enumerable.Range(1, 50_000).Select(n => $$"""{"question":"What is {{n}}?"}""" + "\n")));
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("rebase datasets check - <&-", 2, "stdin is closed, and nothing can be read from it")]
    [InlineData("rebase datasets check - </dev/zero", 2, "stdin is a device: send a file to it")]
    [InlineData("rebase datasets check - </dev/null", 2, "stdin contains no problems")]
    [InlineData("rebase datasets check one.jsonl >&-", 6, "stdout can't be written: it is closed")]
    [InlineData("rebase datasets check one.jsonl >/dev/full", 6, "stdout can't be written: No space left on device")]
    [InlineData("rebase datasets check --help >/dev/full", 6, "stdout can't be written: No space left on device")]
    [InlineData("rebase datasets check none.jsonl 2>&-", 3, null)]
    [InlineData("rebase datasets check one.jsonl <&- >&- 2>&-", 6, null)]
    [InlineData("env -u HOME -u TERM -u LANG \"$DOTNET\" \"$PROGRAM\" datasets check one.jsonl", 0, null)]
    [InlineData("HOME= TERM=dumb NO_COLOR=1 COLUMNS=1 LANG=C LC_ALL=C rebase datasets check one.jsonl", 0, null)]
    [InlineData("rebase datasets check many.jsonl --no-gold --format json | head -1", 0, null)]
    [InlineData("ulimit -n 64; rebase config show", 6, "let more files be open at once")]
    [InlineData("ulimit -n 72; rebase config show", 6, "let more files be open at once")]
    [InlineData("ulimit -n 80; rebase config show", 6, "let more files be open at once")]
    public async Task Each_ends_in_a_sentence_with_its_exit_code(string line, int code, string? says)
    {
        var (found, _, error) = await RunAsync(line);

        Assert.True((ExitCode)code == found, $"{line}: {found}\n{error}");
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("nexpected fault", error, StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled", error, StringComparison.Ordinal);
        if (says is not null) Assert.Contains(says, error.TrimEnd().Split('\n')[^1], StringComparison.Ordinal);
        else if (code != 0) Assert.Equal("", error);
    }

    [Fact]
    public async Task A_pipe_gets_the_text_and_nothing_before_it()
    {
        var (_, output, _) = await RunAsync("rebase datasets check <(cat one.jsonl) --format json", "bash");

        Assert.Equal('{', output[0]);
        Assert.Contains("\"problems\": 1", output, StringComparison.Ordinal);
    }

    /// <summary>As root a file would take the place of a device, for every program on the machine.</summary>
    [Theory]
    [InlineData("pipe")]
    [InlineData("null")]
    [InlineData("link")]
    [InlineData("folder")]
    [InlineData("none/x.csv")]
    public async Task What_is_no_file_is_written_as_it_stands_and_never_replaced(string kind)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux says what a name stands for");
        var path = Path.Combine(_folder.Path, kind);
        var target = Path.Combine(_folder.Path, "target");
        await File.WriteAllTextAsync(target, "before", TestContext.Current.CancellationToken);
        if (kind is "pipe") Assert.Equal((ExitCode)0, (await RunAsync("mkfifo pipe")).Code);
        if (kind is "null") File.CreateSymbolicLink(path, "/dev/null");
        if (kind is "link") File.CreateSymbolicLink(path, target);
        if (kind is "folder") Directory.CreateDirectory(path);

        var reading = kind is "pipe" ? Task.Run(() => File.ReadAllText(path), TestContext.Current.CancellationToken) : Task.FromResult("");
        var fault = await Record.ExceptionAsync(() => AtomicFile.WriteAsync(path, text => text.WriteAsync("after")));

        Assert.Equal(kind is "pipe" ? "after" : "", await reading);
        Assert.Equal(kind is "link" ? "after" : "before", await File.ReadAllTextAsync(target, TestContext.Current.CancellationToken));
        Assert.Equal(kind is "null" or "link", new FileInfo(path).LinkTarget is not null);
        Assert.Equal(kind switch { "folder" => ExitCode.BadInput, "none/x.csv" => ExitCode.NotFound, _ => (ExitCode?)null },
            fault is null ? (ExitCode?)null : Failure.Of(fault).Code);
        if (kind is "pipe") Assert.Equal((ExitCode)0, (await RunAsync("test -p pipe")).Code);
    }

    [Fact]
    public async Task A_user_without_a_home_folder_is_asked_for_one_and_nothing_is_made_where_the_program_is_started()
    {
        const ExitCode other = (ExitCode)77;
        var (code, _, error) = await RunAsync("""
            as() { setpriv --reuid=65534 --regid=65534 --clear-groups env -u HOME -u XDG_DATA_HOME "$@"; }
            as test -r "$PROGRAM" || exit 77
            as "$DOTNET" "$PROGRAM" jobs list
            """);
        Assert.SkipWhen(code is other, "no other user can run the program here");

        Assert.Equal(ExitCode.BadInput, code);
        Assert.EndsWith("this user has no home folder for the program's data: name a folder with --data, or set HOME", error.TrimEnd(),
            StringComparison.Ordinal);
        Assert.Equal(2, Directory.GetFileSystemEntries(_folder.Path).Length);
    }

    async Task<(ExitCode Code, string Output, string Error)> RunAsync(string line, string shell = "sh")
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the shell's signs and /dev/full are Linux's");
        var start = new ProcessStartInfo($"/bin/{shell}", ["-c", Prelude + line])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder.Path,
        };
        start.Environment["DOTNET"] = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        start.Environment["PROGRAM"] = Path.Combine(AppContext.BaseDirectory, "rebase.dll");
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"it did not end: {line}");
        }

        return ((ExitCode)process.ExitCode, await output, await error);
    }
}
