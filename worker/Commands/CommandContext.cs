using System.CommandLine;
using Microsoft.Extensions.Logging;
using RebaseBatch.Commands.Output;
using RebaseBatch.Durable.Results;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Postgres.Embedded;
using RebaseBatch.Platform.Remote;
using Spectre.Console;

namespace RebaseBatch.Commands;

/// <summary>What a command's action works with.</summary>
/// <param name="say">Takes remarks in place of stderr.</param>
sealed class CommandContext(ProcessEnvironment environment, ParseResult parsed, Action<string>? say = null)
{
    readonly Lazy<Settings> _settings = new(() => Settings.Load(environment, GlobalOptions.Assignments(parsed)));
    readonly Lazy<IAnsiConsole> _stderr = new(() => Consoles.ForStderr(environment.Error));

    public ProcessEnvironment Environment => environment;

    /// <exception cref="UserException">BadInput: the configuration can't be used.</exception>
    public Settings Settings => _settings.Value;

    public RebaseOptions Options => Settings.Options;

    /// <summary>Where result files go.</summary>
    public IResultBlobs Results => ResultBlobs.Of(Options.Results, BlobAccount.Of(Options.Blobs));

    /// <summary>Stdout: data only.</summary>
    public TextWriter Out => environment.Out;

    /// <summary>Stderr as a console: progress and remarks.</summary>
    public IAnsiConsole Stderr => _stderr.Value;

    public bool Verbose => parsed.GetValue(GlobalOptions.Verbose);

    /// <summary>Tries where result files go, before work is done for them. A store that is away is only remarked on: files wait in the database.</summary>
    /// <exception cref="UserException">NoPermission to write there.</exception>
    public async Task EnsureResultsAsync(CancellationToken ct)
    {
        try
        {
            await Results.EnsureWritableAsync(ct);
        }
        catch (IOException e)
        {
            WriteStderr($"{e.Message}; result files wait until then");
        }
    }

    /// <summary>A remark on stderr.</summary>
    public void WriteStderr(string sentence)
    {
        if (say is null) Stderr.WriteLine(sentence);
        else say(sentence);
    }

    /// <summary>Files elsewhere, by the configured account's way in where they are its blobs.</summary>
    public RemoteFiles RemoteFiles => new(BlobAccount.Of(Options.Blobs));

    /// <summary>Models that are fetched; their progress is talk.</summary>
    public ModelCache ModelCache(ILoggerFactory logs) =>
        new(Options.Inference.ModelCacheDirectory, RemoteFiles, TimeProvider.System, logs.CreateLogger<ModelCache>());

    /// <summary>Makes logs remarks: warnings and worse and what is fetched, everything with --verbose.</summary>
    public void LogToStderr(ILoggingBuilder logging) => logging
        .SetMinimumLevel(LogLevel.Trace)
        .AddProvider(new StderrLoggerProvider(WriteStderr, category => Verbose ? LogLevel.Debug : category == typeof(ModelCache).FullName ? LogLevel.Information : LogLevel.Warning));

    /// <summary>The database with a schema that fits this program.</summary>
    /// <exception cref="UserException">DatabaseUnavailable: it can't be reached within Rebase:Database:WaitSeconds, or refuses.</exception>
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

    /// <summary>The database as it is.</summary>
    /// <inheritdoc cref="OpenDatabaseAsync"/>
    public Task<DatabaseSession> ConnectDatabaseAsync(CancellationToken ct) => ConnectAsync(TimeSpan.FromSeconds(Options.Database.WaitSeconds), ct);

    /// <summary>The database as it is, waited for without end when it is away.</summary>
    public Task<DatabaseSession> WaitForDatabaseAsync(CancellationToken ct) => ConnectAsync(Timeout.InfiniteTimeSpan, ct);

    async Task<DatabaseSession> ConnectAsync(TimeSpan wait, CancellationToken ct)
    {
        using var logs = LoggerFactory.Create(LogToStderr);
        return await DatabaseSession.OpenAsync(Options.Database, Options.DataDirectory, wait, WriteStderr, logs.CreateLogger<DatabaseSession>(), ct);
    }
}
