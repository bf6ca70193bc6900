using System.CommandLine;
using System.Diagnostics;
using Npgsql;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.Db;

/// <summary><c>rebase db psql</c>: opens psql on the database.</summary>
static class DbPsqlCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var arguments = new Argument<string[]>("ARGUMENTS")
        {
            Description = "What is handed to psql; write it after '--'.", Arity = ArgumentArity.ZeroOrMore,
        };
        var print = new Option<bool>("--print") { Description = "Only print the connection, without its password." };
        var password = new Option<bool>("--show-password") { Description = "Print the connection with its password." };
        var command = new DocumentedCommand("psql", """
            Opens psql on the database, also on the private one, with the right host, port, user and password.
            The exit code is psql's. Where psql is not installed, the command prints the connection for another program, and the exit code
            is 3. The password is printed only with --show-password. The login may change everything: 'rebase results query' may only read.
            Example: rebase db psql
            Example: rebase db psql -- -c "SELECT * FROM v_queue"
            """) { arguments, print, password };
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            await using var database = await context.ConnectDatabaseAsync(ct);
            var login = await database.LoginAsync(ct);
            var prints = parsed.GetValue(print) || parsed.GetValue(password);
            if (!prints && ProgramOnPath.Find("psql", environment.Variables) is { } psql)
                return await RunAsync(environment, psql, login, parsed.GetValue(arguments) ?? [], ct);
            context.Out.WriteLine(PsqlConnection.Text(login, parsed.GetValue(password)));
            if (database.IsEmbedded)
                context.WriteStderr("the private server runs only while a rebase command uses it, such as 'rebase worker run'");
            if (prints) return (int)ExitCode.Ok;
            context.WriteStderr("psql is not installed here, or not on the PATH: install PostgreSQL's client, or give the connection above "
                + "to another program; --show-password prints it with its password");
            return (int)ExitCode.NotFound;
        });
        return command;
    }

    static async Task<int> RunAsync(ProcessEnvironment environment, string psql, NpgsqlConnectionStringBuilder login,
        IEnumerable<string> arguments, CancellationToken ct)
    {
        var start = new ProcessStartInfo(psql, arguments) { WorkingDirectory = environment.Folder };
        foreach (var (name, value) in PsqlConnection.Variables(login)) start.Environment[name] = value;
        // Ctrl-C is psql's: it stops a statement and not the program. The terminal sends it to both processes.
        using var held = environment.HoldInterrupts();
        using var process = Process.Start(start)!;
        try
        {
            await process.WaitForExitAsync(ct);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }

        return process.ExitCode;
    }
}
