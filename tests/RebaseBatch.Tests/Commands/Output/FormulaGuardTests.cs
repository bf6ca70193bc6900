using RebaseBatch.Commands.Output;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Commands.Output;

[Fast]
public sealed class FormulaGuardTests
{
    static readonly Column<string>[] s_columns = [new("text", row => row)];

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+cmd|'/c calc'!A0", "'+cmd|'/c calc'!A0")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("-x", "'-x")]
    [InlineData("  =1", "'  =1")]
    [InlineData("＝1", "'＝1")]
    [InlineData("-1-1", "'-1-1")]
    [InlineData("-Infinity", "'-Infinity")]
    [InlineData("-3.5", "-3.5")]
    [InlineData("+12", "+12")]
    [InlineData("-1e-7", "-1e-7")]
    [InlineData("1=1", "1=1")]
    [InlineData("", "")]
    public void A_cell_that_a_spreadsheet_would_run_is_marked_and_a_number_is_not(string cell, string guarded)
    {
        Assert.Equal(guarded, FormulaGuard.Cell(cell));
        using var plain = new StringWriter();
        Csv.Write(plain, [cell], s_columns);
        using var safe = new StringWriter();
        Csv.Write(new FormulaGuard(safe), [cell], s_columns);
        Assert.Equal($"text\n{cell}\n", plain.ToString().ReplaceLineEndings("\n"));
        Assert.Equal($"text\n{guarded}\n", safe.ToString().ReplaceLineEndings("\n"));
    }

    [Theory]
    [InlineData("\t=1", "'\t=1")]
    [InlineData("\r=1", "\"'\r=1\"")]
    public void Tabs_and_line_ends_do_not_hide_a_formula(string cell, string field) =>
        Assert.Equal(field, Csv.Line(new FormulaGuard(TextWriter.Null), [cell]));

    [Theory]
    [InlineData("jobs", "list")]
    [InlineData("results", "export")]
    [InlineData("results", "query")]
    [InlineData("schedules", "history")]
    [InlineData("answers", "list")]
    public async Task Every_command_that_writes_csv_has_the_option(params string[] command)
    {
        var run = await CommandRun.Of([.. command, "--help"]);
        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.Contains(CsvSafeOption.Name, run.Out, StringComparison.Ordinal);
    }
}
