using Microsoft.Extensions.Logging;
using RebaseBatch.Hosting;

namespace RebaseBatch.Commands.Worker;

/// <summary>What the command itself says, as lines of a JSON log: whoever reads stderr by lines finds nothing else there.</summary>
sealed partial class JsonTalk(string worker, bool verbose) : IDisposable
{
    readonly ILoggerFactory _logs = LoggerFactory.Create(logging => LogOutput.Configure(logging, LogFormat.Json, worker, verbose, colour: false));

    ILogger Log => field ??= _logs.CreateLogger("rebase");

    public void Say(string sentence) => Said(Log, sentence);

    /// <summary>Tells why the run ends.</summary>
    /// <returns>Its exit code.</returns>
    public int Explain(Exception exception)
    {
        var failure = Failure.Of(exception);
        Failed(Log, failure.Sentences, (int)failure.Code, verbose ? exception : null);
        return (int)failure.Code;
    }

    public void Dispose() => _logs.Dispose();

    [LoggerMessage(EventId = 1000, Level = LogLevel.Information, Message = "{Sentence}")]
    static partial void Said(ILogger log, string sentence);

    [LoggerMessage(EventId = 1001, Level = LogLevel.Critical, Message = "{Reason} (exit code {ExitCode})")]
    static partial void Failed(ILogger log, string reason, int exitCode, Exception? e);
}
