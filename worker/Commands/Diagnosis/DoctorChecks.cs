using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Npgsql;
using RebaseBatch.Durable.Results;
using RebaseBatch.Durable.Sharing;
using RebaseBatch.Evaluation.Notifications;
using RebaseBatch.Hosting;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Gguf;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Migrations;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Postgres;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Commands.Diagnosis;

/// <summary>The checks of <c>rebase doctor</c>, in an order in which each builds on those before it.</summary>
static class DoctorChecks
{
    public static IEnumerable<DoctorCheck> Of(CommandContext context) =>
    [
        new(".NET", DotNet, "install the .NET 10 runtime (https://dot.net)", ExitCode.Unexpected),
        new("data folder", () => WritableFolder.Ensure(context.Options.DataDirectory),
            "set --data to a folder that this user can write to", ExitCode.NoPermission),
        new("results", ct => ResultsAsync(context, ct),
            "set Rebase:Results:Directory to a folder that this user can write to, or correct Rebase:Blobs", ExitCode.NoPermission),
        new("native parts", () => NativeParts(context), "install npm and build again: dotnet build worker", ExitCode.Unexpected),
        new("database", ct => DatabaseAsync(context, ct),
            "start the server, or correct Rebase:Database:ConnectionString", ExitCode.DatabaseUnavailable),
        new("runtime", () => FoundRuntime(context),
            "install the part that is named, or leave Rebase:Inference:Runtime unset", ExitCode.ModelUnusable),
        Devices(context),
        new("models", ct => ModelsAsync(context, ct), "correct or remove the entry under Rebase:Models", ExitCode.ModelUnusable),
        new("schema", ct => SchemaAsync(context, ct), "run 'rebase db migrate'", ExitCode.DatabaseUnavailable),
        new("queue", ct => QueueAsync(context, ct), "see the checks of the database and its schema", ExitCode.DatabaseUnavailable),
        new("notifications", ct => NotificationsAsync(context, ct),
            "correct the address that 'rebase schedules notify NAME' names, then run it with --resend", ExitCode.Incomplete),
    ];

    /// <summary>
    /// Those that a worker makes before its first claim, beside its folders and its database: without the native parts and the devices that
    /// its settings ask for it can serve no job.
    /// A model that is missing is no reason not to start. The worker leaves the jobs that need it to others.
    /// </summary>
    public static IEnumerable<DoctorCheck> OfWorker(CommandContext context) => [Devices(context)];

    /// <summary>
    /// A sentence for each model of the catalog whose files on this machine can't be read. It looks at their heads only, because to load
    /// each model would take minutes.
    /// </summary>
    public static IEnumerable<string> UnreadableModels(CommandContext context)
    {
        foreach (var profile in new ModelCatalog(context.Options.Models).All)
        {
            if (profile.File?.Path is null) continue;
            string reason;
            try
            {
                foreach (var file in profile.File.Files())
                {
                    // The vocabulary of a model on a server may be a tokenizer.json.
                    if (profile.Remote is null || file.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase)) GgufFile.Check(file);
                }

                continue;
            }
            catch (Exception fault)
            {
                reason = Failure.Of(fault).Sentences;
            }

            yield return $"the model '{profile.Name}' can't be used here, and its jobs are left to other workers: {reason}";
        }
    }

    static DoctorCheck Devices(CommandContext context) => new(
        "devices", () => FoundDevices(context),
        "build again, correct the setting that is named, or set Rebase:Inference:GpuLayers to 0; docs/models.md describes GPUs",
        ExitCode.ModelUnusable);

    static string DotNet() => Environment.Version.Major >= 10
        ? $"{Environment.Version} on {RuntimeInformation.RuntimeIdentifier}, {Environment.ProcessorCount} cores"
        : throw new UserException(ExitCode.Unexpected, $".NET {Environment.Version} is too old: the program needs .NET 10");

    static string NativeParts(CommandContext context)
    {
        string[] wanted = context.Options.Database.IsEmbedded ? ["llama", "postgres"] : ["llama"];
        var folder = Path.Combine(context.Environment.ProgramFolder, "native");
        var missing = wanted.Where(part => !Directory.Exists(Path.Combine(folder, part))).ToList();
        return missing.Count == 0 ? folder : throw new UserException(ExitCode.NotFound, $"{folder} lacks {string.Join(" and ", missing)}");
    }

    static async Task<string> ResultsAsync(CommandContext context, CancellationToken ct)
    {
        var results = context.Results;
        await results.EnsureWritableAsync(ct);
        return results.Location;
    }

    static string FoundRuntime(CommandContext context)
    {
        using var logs = LoggerFactory.Create(context.LogToStderr);
        return new ModelLoader(context.Options.Inference, logs).Runtime.Describe();
    }

    static string FoundDevices(CommandContext context)
    {
        using var logs = LoggerFactory.Create(context.LogToStderr);
        var loader = new ModelLoader(context.Options.Inference, logs);
        return DeviceReport.Of(context.Options.Inference, loader.Devices(), loader.Runtime.Runtime.Kind);
    }

    static async Task<string> ModelsAsync(CommandContext context, CancellationToken ct)
    {
        using var logs = LoggerFactory.Create(context.LogToStderr);
        var loader = new ModelLoader(context.Options.Inference, logs, context.ModelCache(logs));
        var profiles = new ModelCatalog(context.Options.Models).All.Select(loader.Here).ToLookup(profile => profile.IsHere);
        foreach (var profile in profiles[true]) await ModelCheck.RunAsync(loader, profile, static _ => { }, ct);
        var missing = string.Join(", ", profiles[false].Select(profile => profile.Name));
        return $"{profiles[true].Count()} can be used{(missing.Length > 0 ? $"; not downloaded yet: {missing}" : "")}";
    }

    static async Task<string> DatabaseAsync(CommandContext context, CancellationToken ct)
    {
        await using var database = await context.ConnectDatabaseAsync(ct);
        await using var connection = await database.DataSource.OpenConnectionAsync(ct);
        var place = database.IsEmbedded ? $", private server in {context.Options.DataDirectory}" : $" at {connection.Host}";
        return $"PostgreSQL {connection.PostgreSqlVersion}{place}";
    }

    static Task<string> SchemaAsync(CommandContext context, CancellationToken ct) => WithDatabaseAsync(context, async db =>
    {
        var migrator = new Migrator(db);
        await migrator.CheckEncodingAsync(ct);
        if (context.Options.Database.AutoMigrate is true)
        {
            var scripts = await migrator.StatusAsync(ct);
            if (scripts.All(script => script.State is MigrationState.Pending)) return "empty; the first command that needs it creates it";
        }

        await migrator.ValidateAsync(ct);
        return "up to date";
    }, ct);

    /// <summary>A pause is no fault, but the first thing to know where nothing runs.</summary>
    static Task<string> QueueAsync(CommandContext context, CancellationToken ct) => ReadAsync(context, async db =>
    {
        var queue = await new QueueControl(db).ReadAsync(ct);
        var batches = $"{Count(queue.Due, "batch is due", "batches are due")} and {Count(queue.Running, "runs", "run")}"
            + (queue.Unserved > 0
                ? $"; no running worker can serve {HumanText.Of(queue.Unserved)} of the due, and 'rebase jobs show' says why" : "")
            + (queue.Paused == 0 ? "" : $"; {Count(queue.Paused, "is paused", "are paused")}");
        return queue.PausedAt is null ? batches : $"paused, 'rebase queue resume' goes on; {batches}";
    }, ct);

    static Task<string> NotificationsAsync(CommandContext context, CancellationToken ct) => ReadAsync(context, async db =>
        GivenUpText.Of(await new NotificationTargets(db).GivenUpAsync(ct)) is { } sentence
            ? throw new UserException(ExitCode.Incomplete, sentence) : GivenUpText.None, ct);

    /// <summary>Reads what only an up-to-date database has. That it is not one is another check's matter.</summary>
    static Task<string> ReadAsync(CommandContext context, Func<NpgsqlDataSource, Task<string>> read, CancellationToken ct) =>
        WithDatabaseAsync(context, async db =>
        {
            var scripts = await new Migrator(db).StatusAsync(ct);
            return scripts.All(script => script.State is MigrationState.Applied)
                ? await read(db) : "not known without an up-to-date schema";
        }, ct);

    /// <summary>That there is no database is the matter of its own check.</summary>
    static async Task<string> WithDatabaseAsync(CommandContext context, Func<NpgsqlDataSource, Task<string>> read, CancellationToken ct)
    {
        DatabaseSession database;
        try
        {
            database = await context.ConnectDatabaseAsync(ct);
        }
        catch (UserException)
        {
            return "not read, because the database can't be";
        }

        await using (database) return await read(database.DataSource);
    }

    static string Count(long count, string one, string many) => count == 1 ? $"1 {one}" : $"{HumanText.Of(count)} {many}";
}
