using Dapper;
using Npgsql;
using RebaseBatch.Migrations;
using Xunit;

namespace RebaseBatch.Tests.Migrations;

public sealed class MigratorTests(PostgresServer server)
{
    static readonly MigrationScript s_first = new("0001_things.sql", "CREATE TABLE things (id int PRIMARY KEY);");
    static readonly MigrationScript s_second =
        new("0002_names.sql", "ALTER TABLE things ADD name text; INSERT INTO things VALUES (1, 'it''s: @one');");
    static readonly MigrationScript s_views =
        new("views.sql", "DROP VIEW IF EXISTS v_things; CREATE VIEW v_things AS SELECT id FROM things;");

    [Fact]
    public async Task Runs_each_script_once_in_order_and_says_how_many()
    {
        await using var database = await server.CreateEmptyDatabaseAsync();
        var migrator = new Migrator(database.DataSource, [s_views, s_second, s_first]);

        Assert.Equal(3, await migrator.MigrateAsync(default));
        Assert.Equal(0, await migrator.MigrateAsync(default));

        await migrator.ValidateAsync(default);
        Assert.Equal("it's: @one", await AskAsync<string>(database, "SELECT name FROM things"));
        Assert.Equal(1, await AskAsync<int>(database, "SELECT id FROM v_things"));
    }

    [Fact]
    public async Task Several_processes_may_migrate_an_empty_database_at_once()
    {
        await using var database = await server.CreateEmptyDatabaseAsync();

        var applied = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(
            () => new Migrator(database.DataSource, [s_first, s_second, s_views]).MigrateAsync(default))));

        Assert.Equal(3, applied.Sum());
        Assert.Equal(1, await AskAsync<int>(database, "SELECT count(*)::int FROM things"));
    }

    [Fact]
    public async Task A_script_that_fails_leaves_no_trace_and_is_named()
    {
        await using var database = await server.CreateEmptyDatabaseAsync();
        var broken = new MigrationScript("0002_broken.sql", "CREATE TABLE half (id int); SELECT 1 / 0;");

        var error = await Assert.ThrowsAsync<SchemaException>(
            () => new Migrator(database.DataSource, [s_first, broken]).MigrateAsync(default));

        Assert.Contains("0002_broken.sql", error.Message, StringComparison.Ordinal);
        Assert.Contains("division by zero", error.Message, StringComparison.Ordinal);
        Assert.True(await AskAsync<bool>(database, "SELECT to_regclass('half') IS NULL AND to_regclass('things') IS NOT NULL"));
        Assert.Equal(2, await new Migrator(database.DataSource, [s_first, s_second, s_views]).MigrateAsync(default));
    }

    [Fact]
    public async Task An_edited_script_is_an_error_but_other_line_ends_are_not()
    {
        await using var database = await server.CreateEmptyDatabaseAsync();
        await new Migrator(database.DataSource, [new("0001_a.sql", "CREATE TABLE a (\n id int\n);\n")]).MigrateAsync(default);

        await new Migrator(database.DataSource, [new("0001_a.sql", "CREATE TABLE a (\r\n id int\r\n);\r\n")]).ValidateAsync(default);
        var edited = new Migrator(database.DataSource, [new("0001_a.sql", "CREATE TABLE a (\n id bigint\n);\n"), s_second]);
        var error = await Assert.ThrowsAsync<SchemaException>(() => edited.MigrateAsync(default));
        await Assert.ThrowsAsync<SchemaException>(() => edited.ValidateAsync(default));

        Assert.Contains("0001_a.sql was edited", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, await AskAsync<int>(database, "SELECT count(*)::int FROM schema_migrations"));
    }

    [Fact]
    public async Task A_database_that_is_newer_than_the_program_is_refused()
    {
        await using var database = await server.CreateEmptyDatabaseAsync();
        await new Migrator(database.DataSource, [s_first, s_second]).MigrateAsync(default);
        var older = new Migrator(database.DataSource, [s_first]);

        var error = await Assert.ThrowsAsync<SchemaException>(() => older.MigrateAsync(default));
        await Assert.ThrowsAsync<SchemaException>(() => older.ValidateAsync(default));

        Assert.Contains("newer", error.Message, StringComparison.Ordinal);
        Assert.Equal(
            [("0001_things.sql", MigrationState.Applied), ("0002_names.sql", MigrationState.Unknown)],
            (await older.StatusAsync(default)).Select(line => (line.Name, line.State)));
    }

    [Fact]
    public async Task A_script_slipped_in_before_one_that_already_ran_is_refused()
    {
        await using var database = await server.CreateEmptyDatabaseAsync();
        await new Migrator(database.DataSource, [s_first, new("0003_c.sql", "SELECT 1;")]).MigrateAsync(default);

        var error = await Assert.ThrowsAsync<SchemaException>(
            () => new Migrator(database.DataSource, [s_first, s_second, new("0003_c.sql", "SELECT 1;")]).MigrateAsync(default));

        Assert.Contains("0002_names.sql comes before", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Views_run_again_when_they_changed_and_after_every_new_script()
    {
        await using var database = await server.CreateEmptyDatabaseAsync();
        await new Migrator(database.DataSource, [s_first, s_views]).MigrateAsync(default);
        var changed =
            new MigrationScript("views.sql", "DROP VIEW IF EXISTS v_things; CREATE VIEW v_things AS SELECT id, 2 AS two FROM things;");

        Assert.Equal(1, await new Migrator(database.DataSource, [s_first, changed]).MigrateAsync(default));
        var drop = new MigrationScript("0002_drop.sql",
            "DROP VIEW v_things; ALTER TABLE things ALTER id TYPE bigint; INSERT INTO things VALUES (1);");
        Assert.Equal(2, await new Migrator(database.DataSource, [s_first, drop, changed]).MigrateAsync(default));

        Assert.Equal(2, await AskAsync<int>(database, "SELECT two FROM v_things"));
    }

    [Fact]
    public async Task An_empty_database_is_told_what_to_run()
    {
        await using var database = await server.CreateEmptyDatabaseAsync();
        var migrator = new Migrator(database.DataSource, [s_first, s_views]);

        var error = await Assert.ThrowsAsync<SchemaException>(() => migrator.ValidateAsync(default));

        Assert.Contains("`rebase db migrate`", error.Message, StringComparison.Ordinal);
        Assert.All(await migrator.StatusAsync(default), line => Assert.Equal((MigrationState.Pending, null), (line.State, line.AppliedAt)));
    }

    [Fact]
    public async Task A_cancelled_wait_for_another_process_ends_at_once()
    {
        await using var database = await server.CreateEmptyDatabaseAsync();
        await new Migrator(database.DataSource, [s_first]).MigrateAsync(default);
        await using var other = await database.DataSource.OpenConnectionAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await other.ExecuteAsync("LOCK TABLE schema_migrations IN EXCLUSIVE MODE");
        using var cancel = new CancellationTokenSource();

        var waiting = new Migrator(database.DataSource, [s_first]).MigrateAsync(cancel.Token);
        await Eventually.TrueAsync(
            () => AskAsync<bool>(database, "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'relation' AND NOT granted)"));
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Theory]
    [InlineData("1_things.sql")]
    [InlineData("0000_things.sql")]
    [InlineData("0001-things.sql")]
    [InlineData("0001_Things.sql")]
    public void A_script_that_can_not_be_ordered_is_refused(string name) =>
        Assert.Throws<SchemaException>(() => new MigrationScript(name, "SELECT 1"));

    [Fact]
    public void Two_scripts_of_one_number_are_refused()
    {
        using var db = NpgsqlDataSource.Create("Host=nowhere");
        Assert.Throws<SchemaException>(() => new Migrator(db, [s_first, new("0001_other.sql", "SELECT 1")]));
    }

    [Fact]
    public async Task Searches_stored_before_jobs_had_budgets_get_the_seconds_of_their_nodes()
    {
        await using var database = await server.CreateEmptyDatabaseAsync();
        await new Migrator(database.DataSource, MigrationScript.Embedded().Where(script => script.Number == 1)).MigrateAsync(default);
        await using (var connection = await database.DataSource.OpenConnectionAsync())
            await connection.ExecuteAsync("""
                INSERT INTO jobs (spec, problem_count) VALUES ('{}', 2);
                INSERT INTO batches (job_id, batch_no, max_attempts) VALUES (1, 1, 1);
                INSERT INTO problems (job_id, batch_id, ordinal, custom_id, question_id, question)
                VALUES (1, 1, 0, '', '', ''), (1, 1, 1, '', '', '');
                INSERT INTO searches (problem_id, job_id, lease_epoch, active_seconds, node_count, sampled_tokens)
                VALUES (1, 1, 1, 1, 2, 5), (2, 1, 1, 1, 0, 0);
                INSERT INTO nodes (problem_id, no, parent_no, depth, child_index, state,
                    sampled, policy_evaluated, reward_evaluated, policy_seconds, reward_seconds, lease_epoch, tokens, text)
                VALUES (1, 1, 0, 1, 0, 0, 2, 2, 2, 0.5, 0.25, 1, '{}', ''), (1, 2, 0, 1, 1, 0, 3, 3, 3, 1, 2, 1, '{}', '');
                """);

        await new Migrator(database.DataSource).MigrateAsync(default);

        Assert.Equal("3.75 0",
            await AskAsync<string>(database, "SELECT string_agg(device_seconds::text, ' ' ORDER BY problem_id) FROM searches"));
    }

    [Fact]
    public async Task Jobs_stored_before_workers_had_labels_and_their_waiting_batches_get_their_kinds()
    {
        await using var database = await server.CreateEmptyDatabaseAsync();
        var scripts = MigrationScript.Embedded().Where(script => script.Number is > 0 and < 25);
        await new Migrator(database.DataSource, scripts).MigrateAsync(default);
        await using (var connection = await database.DataSource.OpenConnectionAsync())
            await connection.ExecuteAsync("""
                INSERT INTO jobs (spec, problem_count)
                VALUES ('{"policy": "p", "reward": "r"}', 1), ('{"policy": "p"}', 1), ('{"policy": "p", "reward": "r"}', 1);
                INSERT INTO batches (job_id, batch_no, max_attempts, state)
                VALUES (1, 1, 1, 'available'), (2, 1, 1, 'available'), (3, 1, 1, 'retryable'), (3, 2, 1, 'completed');
                """);

        await new Migrator(database.DataSource).MigrateAsync(default);

        Assert.Equal("p r, p, p r, 0", await AskAsync<string>(database, """
            SELECT string_agg(CASE WHEN b.kind = 0 THEN '0' ELSE concat_ws(' ', k.policy, k.reward) END, ', ' ORDER BY b.batch_id)
            FROM batches b LEFT JOIN kinds k ON k.kind_id = b.kind
            """));
        Assert.Equal(2, await AskAsync<int>(database, "SELECT count(*)::int FROM kinds"));
    }

    [Fact]
    public async Task A_test_database_has_the_programs_own_schema()
    {
        await using var database = await server.CreateDatabaseAsync();
        await new Migrator(database.DataSource).ValidateAsync(default);
    }

    static async Task<T> AskAsync<T>(TestDatabase database, string sql)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync();
        return await connection.QuerySingleAsync<T>(sql);
    }
}
