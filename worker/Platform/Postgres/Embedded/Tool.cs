using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace RebaseBatch.Platform.Postgres.Embedded;

/// <summary>Runs a short-lived program to its end.</summary>
static class Tool
{
    /// <summary>
    /// Starts the program and waits; on cancellation, or after <paramref name="limit"/>, it kills the program and its children.
    /// </summary>
    /// <exception cref="TimeoutException">It had not ended within <paramref name="limit"/>.</exception>
    public static async Task<ToolResult> RunAsync(ProcessStartInfo start, TimeSpan limit, CancellationToken ct)
    {
        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            return new(ToolResult.NotStarted, e.Message);
        }

        var output = new StringBuilder();
        void Collect(object _, DataReceivedEventArgs line)
        {
            lock (output) output.AppendLine(line.Data);
        }

        process.OutputDataReceived += Collect;
        process.ErrorDataReceived += Collect;
        if (start.RedirectStandardOutput) process.BeginOutputReadLine();
        if (start.RedirectStandardError) process.BeginErrorReadLine();

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(limit);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            ct.ThrowIfCancellationRequested();
            throw new TimeoutException($"{Path.GetFileName(start.FileName)} had not ended after {limit.TotalSeconds:0} s");
        }

        lock (output) return new(process.ExitCode, output.ToString());
    }
}
