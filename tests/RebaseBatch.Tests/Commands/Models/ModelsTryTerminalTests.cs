using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit;

namespace RebaseBatch.Tests.Commands.Models;

/// <summary>The real program on a real terminal, which <c>script</c> of util-linux makes.</summary>
public sealed partial class ModelsTryTerminalTests
{
    [Fact]
    public async Task On_a_terminal_of_80_columns_no_line_is_longer()
    {
        if (!File.Exists("/usr/bin/script")) Assert.Skip("this system has no command 'script'");
        var host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var start = new ProcessStartInfo("/usr/bin/script")
        {
            RedirectStandardOutput = true, RedirectStandardInput = true,
            ArgumentList =
            {
                "-qec", $"stty cols 80 rows 50; '{host}' '{Path.Combine(AppContext.BaseDirectory, "rebase.dll")}' models check "
                    + "tiny-math-policy-s --try",
                "/dev/null",
            },
        };
        start.Environment["TERM"] = "xterm-256color";
        using var process = Process.Start(start)!;
        var shown = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0, process.ExitCode);
        Assert.Contains("\e[", shown, StringComparison.Ordinal);
        var lines = Escape().Replace(shown, "").Split('\n').Select(line => line.TrimEnd('\r')).ToList();
        Assert.All(lines, line => Assert.InRange(line.Length, 0, 80));
        Assert.Contains(lines, line => line.StartsWith("ok  answer", StringComparison.Ordinal));
        // The step's text goes on in its own column.
        Assert.Contains(lines, line => line.Contains("Step 2: Together they have 9 + 25 =", StringComparison.Ordinal));
    }

    [GeneratedRegex("\e\\[[0-9;?]*[A-Za-z]|\e[=>]")]
    private static partial Regex Escape();
}
