using System.CommandLine;
using Microsoft.Extensions.Logging;
using RebaseBatch.Commands.Output;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Durable.Results;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Postgres;
using RebaseBatch.Platform.Remote;
using RebaseBatch.Platform.Text;
using Spectre.Console;

namespace RebaseBatch.Commands;

/// <summary>What a command's action needs: settings, streams, and the services that the settings describe.</summary>
/// <param name="writeStderr">Takes the remarks, one sentence each, instead of the console on stderr.</param>
sealed class CommandContext(ProcessEnvironment environment, ParseResult parsed, Action<string>? writeStderr = null)
{
    readonly Lazy<Settings> _settings = new(() => Settings.Load(environment, GlobalOptions.Assignments(parsed)));
    readonly Lazy<IAnsiConsole> _stderr = new(() => Consoles.ForStderr(environment.Error));
    TextWriter? _out;

    public ProcessEnvironment Environment => environment;

    /// <summary>The merged configuration, loaded at the first use.</summary>
    /// <exception cref="UserException">BadInput: the configuration has faults.</exception>
    public Settings Settings => _settings.Value;

    public RebaseOptions Options => Settings.Options;

    /// <summary>Where result files go.</summary>
    public IResultBlobs Results => ResultBlobs.Of(Options.Results, BlobAccount.Of(Options.Blobs));

    /// <summary>Stdout, for data only. Where it is a terminal, a <see cref="TerminalWriter"/>.</summary>
    public TextWriter Out => _out ??= CsvSafeOption.OverCsv(environment.TerminalWidth() is { } width
        ? new TerminalWriter(environment.Out, width, WideOption.IsGiven(parsed), WriteStderr)
        : environment.Out, parsed);

    /// <summary>Stderr as a console, for progress and remarks.</summary>
    public IAnsiConsole Stderr => _stderr.Value;

    /// <summary>Whether the user asked for more on stderr.</summary>
    public bool Verbose => parsed.GetValue(GlobalOptions.Verbose);

    /// <summary>
    /// Checks that result files can be written, before any work is done for them. If the store does not answer, this is only a remark:
    /// files wait in the database until it does.
    /// </summary>
    /// <exception cref="UserException">NoPermission: this user may not write there.</exception>
    public async Task EnsureResultsAsync(CancellationToken ct)
    {
        try
        {
            await Results.EnsureWritableAsync(ct);
        }
        catch (IOException e)
        {
            WriteStderr($"{e.Message}; result files wait in the database until it is available");
        }
    }

    /// <summary>Writes a remark to stderr.</summary>
    public void WriteStderr(string sentence)
    {
        if (writeStderr is null) Stderr.WriteLine(VisibleText.Lines(sentence));
        else writeStderr(sentence);
    }

    /// <summary>Downloads files. Blobs of the configured account are read with its credentials.</summary>
    public RemoteFiles RemoteFiles => new(BlobAccount.Of(Options.Blobs));

    /// <summary>Downloaded models. Their progress goes to <paramref name="logs"/>.</summary>
    public ModelCache ModelCache(ILoggerFactory logs) =>
        new(Options.Inference.ModelCacheDirectory, RemoteFiles, TimeProvider.System, logs.CreateLogger<ModelCache>());

    /// <summary>
    /// Writes log entries as remarks: warnings, errors and the progress of downloads; with --verbose everything from level debug.
    /// </summary>
    public void LogToStderr(ILoggingBuilder logging) => logging
        .SetMinimumLevel(LogLevel.Trace)
        .AddProvider(new StderrLoggerProvider(WriteStderr, LeastLevel));

    /// <summary>Opens the database and makes sure that its schema fits this program.</summary>
    /// <exception cref="UserException">
    /// DatabaseUnavailable: the database can't be reached within Rebase:Database:WaitSeconds, or refuses the connection.
    /// </exception>
    public async Task<DatabaseSession> OpenDatabaseAsync(CancellationToken ct)
    {
        var session = await ConnectDatabaseAsync(ct);
        try
        {
            await session.EnsureSchemaAsync(ct);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens the database without checking its schema.</summary>
    /// <inheritdoc cref="OpenDatabaseAsync"/>
    public Task<DatabaseSession> ConnectDatabaseAsync(CancellationToken ct) =>
        ConnectAsync(TimeSpan.FromSeconds(Options.Database.WaitSeconds), ConnectionBound.OfCommand, ct);

    /// <summary>
    /// Opens the database for a worker without checking its schema, and waits without a limit while it can't be reached.
    /// </summary>
    public Task<DatabaseSession> WaitForDatabaseAsync(CancellationToken ct) =>
        ConnectAsync(Timeout.InfiniteTimeSpan, ConnectionBound.OfWorker(Options.Worker.MaxBatches), ct);

    LogLevel LeastLevel(string category) =>
        // Commands that work themselves say it of all their jobs, also of those that were solved before (UnansweredRemarks).
        category == typeof(UnansweredNotices).FullName ? LogLevel.None
        : Verbose ? LogLevel.Debug : category == typeof(ModelCache).FullName ? LogLevel.Information : LogLevel.Warning;

    async Task<DatabaseSession> ConnectAsync(TimeSpan wait, ConnectionBound bound, CancellationToken ct)
    {
        using var logs = LoggerFactory.Create(LogToStderr);
        var log = logs.CreateLogger<DatabaseSession>();
        return await DatabaseSession.OpenAsync(Options.Database, Options.DataDirectory, wait, WriteStderr, log, ct, bound);
    }
}
