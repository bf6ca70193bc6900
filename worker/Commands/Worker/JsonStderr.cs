using Microsoft.Extensions.Logging;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Commands.Worker;

/// <summary>Writes the command's own remarks as lines of the JSON log, so that stderr has nothing except JSON lines.</summary>
sealed class JsonStderr(string worker, bool verbose) : IDisposable
{
    readonly ILoggerFactory _logs =
        LoggerFactory.Create(logging => LogOutput.Configure(logging, LogFormat.Json, worker, verbose, colour: false));

    ILogger Events => field ??= _logs.CreateLogger("rebase");

    public void WriteLine(string sentence) => Events.CommandSaid(sentence);

    /// <summary>Writes why the run failed.</summary>
    /// <returns>The exit code.</returns>
    public int WriteFailure(Exception exception)
    {
        var failure = Failure.Of(exception);
        Events.CommandFailed(failure.Sentences, (int)failure.Code, verbose ? exception : null);
        return (int)failure.Code;
    }

    public void Dispose() => _logs.Dispose();
}
