using Microsoft.Extensions.Logging;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Commands.Worker;

/// <summary>What the command itself says, as lines of a JSON log: whoever reads stderr by lines finds nothing else there.</summary>
sealed class JsonStderr(string worker, bool verbose) : IDisposable
{
    readonly ILoggerFactory _logs = LoggerFactory.Create(logging => LogOutput.Configure(logging, LogFormat.Json, worker, verbose, colour: false));

    ILogger Events => field ??= _logs.CreateLogger("rebase");

    public void Say(string sentence) => Events.CommandSaid(sentence);

    /// <summary>Tells why the run ends.</summary>
    /// <returns>Its exit code.</returns>
    public int Explain(Exception exception)
    {
        var failure = Failure.Of(exception);
        Events.CommandFailed(failure.Sentences, (int)failure.Code, verbose ? exception : null);
        return (int)failure.Code;
    }

    public void Dispose() => _logs.Dispose();
}
