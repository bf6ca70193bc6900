using System.Text;
using System.Text.Json;
using RebaseBatch.Contracts;
using RebaseBatch.Core.Datasets;
using Xunit;

namespace RebaseBatch.Tests.Core.Datasets;

[Fast]
public sealed class ToleranceLinesTests
{
    static ProblemSpec Read(string fields)
    {
        using var line = JsonDocument.Parse($$"""{"question": "q", {{fields}}}""");
        return ProblemLine.Read(line.RootElement, "id").Problem;
    }

    [Theory]
    [InlineData("""
        "final_answer": ["4.2"], "error": "1e-1", "is_multiple_answer": false
        """, "0.1")]
    [InlineData("""
        "final_answer": ["1, 2"], "error": "1e-1,5e-2"
        """, "0.1, 0.05")]
    [InlineData("""
        "final_answer": ["1", "2"], "error": ["1e-1", null]
        """, "0.1, 0")]
    [InlineData("""
        "final_answer": ["4.2"], "error": null
        """, null)]
    [InlineData("""
        "final_answer": ["4.2"], "error": "timed out"
        """, null)]
    [InlineData("""
        "answer": "4.2", "error": 3
        """, null)] // a column of that name means anything else in other datasets
    [InlineData("""
        "answer": "4.2", "tolerance": 0.05
        """, "0.05")]
    [InlineData("""
        "gold_answer": "4.2", "tolerance": "1e-3"
        """, "0.001")]
    public void The_tolerance_of_a_line_is_read(string fields, string? tolerance) => Assert.Equal(tolerance, Read(fields).Tolerance);

    [Theory]
    [InlineData("\"5%\"")]
    [InlineData("-1")]
    [InlineData("{}")]
    public void A_tolerance_that_is_no_number_is_a_fault(string value) =>
        Assert.Contains("'tolerance'",
            Assert.Throws<InvalidLineException>(() => Read($"\"answer\": \"4\", \"tolerance\": {value}")).Message);

    [Fact]
    public void A_problem_goes_through_a_message_with_its_tolerance()
    {
        var problem = Read("\"answer\": \"4.2\", \"tolerance\": 0.1");
        var json = JsonSerializer.Serialize(problem, ContractsJson.Default.ProblemSpec);
        using var line = JsonDocument.Parse(Encoding.UTF8.GetBytes(json));
        Assert.Equal(problem, ProblemLine.Read(line.RootElement, "other").Problem);
        Assert.DoesNotContain("tolerance", JsonSerializer.Serialize(problem with { Tolerance = null }, ContractsJson.Default.ProblemSpec));
    }
}
