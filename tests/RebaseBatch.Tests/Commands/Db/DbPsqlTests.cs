using Npgsql;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Commands.Db;

public sealed class DbPsqlTests(PostgresServer server)
{
    [Fact]
    public async Task Psql_gets_the_arguments_and_the_connection_and_its_exit_code_is_the_commands()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows runs no scripts");
        await using var bench = await CommandBench.CreateAsync(server);
        var go = Path.Combine(bench.Folder.Path, "go");
        bench.Folder.WriteProgram("psql", $"""
            echo "$PGDATABASE as $PGUSER, service '$PGSERVICE'"
            for argument in "$@"; do echo "<$argument>"; done
            echo waits >&2
            while [ ! -e '{go}' ]; do sleep 0.02; done
            exit 5
            """);
        await using var process = RebaseProcess.Start(new Dictionary<string, string>
        {
            ["PATH"] = $"{bench.Folder.Path}:{Environment.GetEnvironmentVariable("PATH")}", ["PGSERVICE"] = "other",
        }, ["db", "psql", "--database", bench.ConnectionString, "--", "-c", "SELECT 1; -- two", "--print"]);
        await process.SaysAsync("waits");
        // Ctrl-C is psql's.
        process.Signal(Signals.Interrupt);
        process.Signal(Signals.Interrupt);
        await File.WriteAllTextAsync(go, "", TestContext.Current.CancellationToken);

        Assert.Equal(5, await process.ExitAsync());
        var login = new NpgsqlConnectionStringBuilder(bench.ConnectionString);
        Assert.Equal([$"{login.Database} as {login.Username}, service ''", "<-c>", "<SELECT 1; -- two>", "<--print>"],
            process.Output.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Without_psql_the_connection_is_printed_and_never_its_password_unless_asked_for()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        bench.Variables["PATH"] = "";
        var login = new NpgsqlConnectionStringBuilder(bench.ConnectionString);
        var none = await bench.RunAsync("db", "psql");
        Assert.Equal(ExitCode.NotFound, none.Code);
        Assert.Contains($"dbname={login.Database}", none.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("password", none.Out, StringComparison.Ordinal);
        Assert.Contains("psql is not installed here", none.Error, StringComparison.Ordinal);

        var print = await bench.RunAsync("db", "psql", "--print");
        Assert.Equal((ExitCode.Ok, none.Out, ""), (print.Code, print.Out, print.Error));
        var whole = await CommandRun.In(bench.Folder, bench.Variables, "db", "psql", "--show-password", "--database",
            $"{bench.ConnectionString};Password=geheim");
        Assert.Contains("password=geheim", whole.Out, StringComparison.Ordinal);
    }
}
