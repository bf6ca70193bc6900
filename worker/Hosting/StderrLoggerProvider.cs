using Microsoft.Extensions.Logging;

namespace RebaseBatch.Hosting;

/// <summary>The log of a command that a person runs: one line on stderr per entry, in the form of the command's other remarks.</summary>
/// <param name="write">Takes one line; called from any thread.</param>
/// <param name="from">The lowest level that is written, by category.</param>
sealed class StderrLoggerProvider(Action<string> write, Func<string, LogLevel> from) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new StderrLogger(write, from(categoryName));

    public void Dispose()
    {
    }

    sealed class StderrLogger(Action<string> write, LogLevel from) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= from && logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel)) return;
            var kind = logLevel switch
            {
                LogLevel.Warning => "warning: ",
                LogLevel.Error or LogLevel.Critical => "error: ",
                _ => "",
            };
            var reason = exception is null ? "" : $" ({exception.GetType().Name}: {exception.Message})";
            write($"rebase: {kind}{formatter(state, exception)}{reason}".ReplaceLineEndings(" "));
        }
    }
}
