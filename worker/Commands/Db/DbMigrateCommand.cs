using System.CommandLine;
using RebaseBatch.Hosting;
using RebaseBatch.Migrations;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Commands.Db;

/// <summary><c>rebase db migrate</c>: brings the schema up to date.</summary>
static class DbMigrateCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var command = new DocumentedCommand("migrate", """
            Brings the database's schema up to date.
            It is safe to run at any time, and from several machines at once. Each script runs in its own transaction.
            Example: rebase db migrate --database "Host=db.example;Username=rebase;Database=rebase"
            """);
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            await using var database = await context.ConnectDatabaseAsync(ct);
            var applied = await new Migrator(database.DataSource).MigrateAsync(ct);
            context.WriteStderr(applied switch
            {
                0 => "the schema is up to date",
                1 => "1 script applied",
                _ => $"{applied} scripts applied",
            });
            if (!await database.EnsureReaderAsync(ct))
                context.WriteStderr($"'rebase results query' needs a login of its own, and there is none: {QueryLogin.WayOut}");
        });
        return command;
    }
}
