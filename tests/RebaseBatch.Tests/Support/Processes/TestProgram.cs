using System.Diagnostics;

namespace RebaseBatch.Tests.Support.Processes;

/// <summary>This test program, run again in its own process for tests that need one.</summary>
static class TestProgram
{
    static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    /// <param name="variables">Of its environment, besides those of the test.</param>
    /// <param name="arguments">Which tests it runs.</param>
    /// <returns>The exit code, and what it wrote.</returns>
    public static async Task<(int Code, string Output)> RunAsync(Dictionary<string, string> variables, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "RebaseBatch.Tests"), arguments)
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var (name, value) in variables) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        using var deadline = new CancellationTokenSource(s_patience);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            var error = process.StandardError.ReadToEndAsync(deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
            return (process.ExitCode, await output + await error);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }
}
