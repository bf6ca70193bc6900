using System.Text.RegularExpressions;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Batches;
using Xunit;

namespace RebaseBatch.Tests.Architecture;

/// <summary>One room owns the states of batches: who wants to know how a batch gets from one to another reads one folder.</summary>
[Fast]
public sealed partial class BatchStateTests
{
    const string Owner = "Durable.Batches";

    [Fact]
    public void No_state_is_written_as_a_literal_outside_the_room_that_owns_them() => None(Found(SourceFile.All, Literal()));

    [Fact]
    public void No_statement_writes_the_table_of_batches_outside_the_room_that_owns_it() => None(Found(SourceFile.All, Write()));

    [Fact]
    public void Answers_and_usage_are_written_by_results_only() => None(Found(SourceFile.All, ResultWrite(), "Durable.Results"));

    [Theory]
    [InlineData("SELECT 1 FROM jobs WHERE state = 'running'", true)]
    [InlineData("WHERE state IN ('queued', x)", true)]
    [InlineData("SELECT 'a discarded one'", false)]
    public void A_literal_is_found(string sql, bool found) => Assert.Equal(found, Found([Made(sql)], Literal()).Any());

    [Theory]
    [InlineData("UPDATE batches SET state = @State", true)]
    [InlineData("update batches b", true)]
    [InlineData("INSERT INTO batches (job_id)", true)]
    [InlineData("COPY batches (job_id) FROM STDIN", true)]
    [InlineData("DELETE FROM batches", true)]
    [InlineData("SELECT 1 FROM batches FOR UPDATE", false)]
    public void A_write_is_found(string sql, bool found) => Assert.Equal(found, Found([Made(sql)], Write()).Any());

    [Fact]
    public void The_states_of_jobs_are_those_of_the_contract() => Assert.Equal(
        StoredNames.All<JobState>(), [JobStates.Queued, JobStates.Running, JobStates.Completed, JobStates.Cancelled]);

    static SourceFile Made(string sql) =>
        new("worker/Durable/Jobs/Made.cs", $"namespace RebaseBatch.Durable.Jobs;\nconst string Made = \"{sql}\";\n");

    static IEnumerable<string> Found(IEnumerable<SourceFile> files, Regex pattern, string owner = Owner) =>
        from file in files
        where file.Folder != owner
        from line in file.Code
        where pattern.IsMatch(line.Code)
        select $"{file.Path}:{line.Line}: {line.Code.Trim()}";

    static void None(IEnumerable<string> faults)
    {
        var all = faults.ToList();
        Assert.True(all.Count == 0, string.Join('\n', all));
    }

    [GeneratedRegex("'(queued|available|running|retryable|completed|cancelled|discarded)'")]
    private static partial Regex Literal();

    [GeneratedRegex(@"\b(UPDATE|INTO|COPY|DELETE\s+FROM|TRUNCATE)\s+batches\b", RegexOptions.IgnoreCase)]
    private static partial Regex Write();

    [GeneratedRegex(@"\b(UPDATE|INTO|COPY|DELETE\s+FROM|TRUNCATE)\s+(answers|usage)\b", RegexOptions.IgnoreCase)]
    private static partial Regex ResultWrite();
}
