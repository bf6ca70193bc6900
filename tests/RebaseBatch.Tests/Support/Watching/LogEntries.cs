using Microsoft.Extensions.Logging;

namespace RebaseBatch.Tests.Support.Watching;

/// <summary>Keeps log entries as texts that begin with the event's id.</summary>
sealed class LogEntries : ILoggerProvider, ILogger
{
    readonly List<string> _texts = [];

    public IReadOnlyList<string> Texts
    {
        get { lock (_texts) return [.. _texts]; }
    }

    /// <summary>A logger that writes to these entries only.</summary>
    public ILogger<T> LoggerOf<T>() => new Logger<T>(LoggerFactory.Create(logging => logging.AddProvider(this)));

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_texts) _texts.Add($"{eventId.Id} {formatter(state, exception)}");
    }

    public void Dispose()
    {
    }
}
