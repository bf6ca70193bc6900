using System.Text.Json;
using RebaseBatch.Commands.Output;
using RebaseBatch.Contracts;
using Xunit;

namespace RebaseBatch.Tests.Commands.Output;

[Fast]
public sealed class ListingTests
{
    static readonly Column<Row>[] s_columns =
    [
        new("first_name", row => row.Name),
        new("count", row => row.Count, row => $"{row.Count} pcs"),
        new("at", row => row.At),
        new("kind", row => row.Kind),
    ];

    static readonly Row[] s_rows =
    [
        new("a, \"b\"\nc", 3, new(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(2)), VotingMethod.BestOfN),
        new("[red]é[/]", null, null, VotingMethod.Majority),
    ];

    [Fact]
    public void Csv_quotes_what_needs_it_and_has_a_header() => Assert.Equal(
        "first_name,count,at,kind\n\"a, \"\"b\"\"\nc\",3,2026-01-02T01:04:05Z,best_of_n\n[red]é[/],,,majority\n", Write(OutputFormat.Csv));

    [Fact]
    public void Json_keeps_types_and_text()
    {
        var text = Write(OutputFormat.Json);
        var rows = JsonDocument.Parse(text).RootElement;

        Assert.Equal("a, \"b\"\nc", rows[0].GetProperty("first_name").GetString());
        Assert.Equal(3, rows[0].GetProperty("count").GetInt32());
        Assert.Equal(JsonValueKind.Null, rows[1].GetProperty("count").ValueKind);
        Assert.Contains("é", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_shows_values_as_people_read_them_and_takes_no_markup_from_data()
    {
        var text = Write(OutputFormat.Table);

        Assert.Contains("first name", text, StringComparison.Ordinal);
        Assert.Contains("3 pcs", text, StringComparison.Ordinal);
        Assert.Contains("[red]é[/]", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', text);
    }

    [Fact]
    public void No_cell_is_cut_where_no_terminal_sets_a_width()
    {
        var name = new string('x', 500);
        using var output = new StringWriter();
        Listing.Write(output, OutputFormat.Table, [new Row(name, 1, null, VotingMethod.BestOfN)], s_columns);

        Assert.Contains(name, output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void No_rows_are_an_empty_array_and_a_bare_header()
    {
        Assert.Equal("[]", Write(OutputFormat.Json, []).Trim());
        Assert.Equal("first_name,count,at,kind\n", Write(OutputFormat.Csv, []));
    }

    static string Write(OutputFormat format) => Write(format, s_rows);

    static string Write(OutputFormat format, Row[] rows)
    {
        using var output = new StringWriter { NewLine = "\n" };
        Listing.Write(output, format, rows, s_columns);
        return output.ToString();
    }

    internal sealed record Row(string Name, int? Count, DateTimeOffset? At, VotingMethod Kind);
}
