using System.Text.RegularExpressions;
using Xunit;

namespace RebaseBatch.Tests.Architecture;

/// <summary>
/// A server may have another isolation level as its default. Under a snapshot from before a lock was waited for, a job once ran for ever.
/// </summary>
[Fast]
public sealed partial class TransactionTests
{
    const string Door = "worker/Platform/Postgres/ReadCommitted.cs";

    static IReadOnlyList<SourceFile> Sources { get; } = [.. SourceFile.All, .. SourceFile.Below("migrations")];

    [Fact]
    public void Every_transaction_names_its_isolation_level()
    {
        var found = from file in Sources
                    where file.Path != Door
                    from line in file.Code
                    where Begin().IsMatch(line.Code)
                    select $"{file.Path}:{line.Line}: {line.Code.Trim()}";
        Assert.Empty(found);
    }

    /// <summary>
    /// A type that opens connections and has a statement that changes or locks rows goes through the door; others run in the transaction
    /// that their caller has open.
    /// </summary>
    [Fact]
    public void Every_statement_that_changes_or_locks_rows_is_in_such_a_transaction()
    {
        var types = SourceFile.All.GroupBy(file => PartialName().Replace(file.Path, ".cs"))
            .Select(parts => (Path: parts.Key, Code: string.Join('\n', parts.SelectMany(part => part.Code).Select(line => line.Code))));
        Assert.Empty(types.Where(type => IsUnnamed(type.Code)).Select(type => type.Path));
    }

    [Theory]
    [InlineData("var c = db.CreateCommand(\"UPDATE jobs SET x = 1\");", true)]
    [InlineData("await db.OpenConnectionAsync(ct); Execute(\"DELETE FROM outbox\")", true)]
    [InlineData("await db.OpenConnectionAsync(ct); Execute(ReadCommitted.Alone(\"DELETE FROM outbox\"))", false)]
    [InlineData("await db.OpenConnectionAsync(ct); Execute(\"SELECT 1 FROM batches\")", false)]
    [InlineData("class A(NpgsqlConnection connection) { const string B = \"DELETE FROM outbox\"; }", false)]
    public void An_unnamed_one_is_found(string code, bool found) => Assert.Equal(found, IsUnnamed(code));

    static bool IsUnnamed(string code) => Write().IsMatch(code) && Opens().IsMatch(code)
        && !code.Contains("ReadCommitted.", StringComparison.Ordinal);

    [GeneratedRegex(@"BeginTransaction(Async)?\((?!IsolationLevel\.)|\bBEGIN\s*(;|""|TRANSACTION)|START TRANSACTION")]
    private static partial Regex Begin();

    [GeneratedRegex(@"\b(INSERT INTO|UPDATE \w+|DELETE FROM|COPY \w+ |FOR (NO KEY )?UPDATE|FOR SHARE)\b")]
    private static partial Regex Write();

    [GeneratedRegex(@"OpenConnectionAsync\(|CreateCommand\(|CreateBatch\(")]
    private static partial Regex Opens();

    [GeneratedRegex(@"\.\w+\.cs$")]
    private static partial Regex PartialName();
}
