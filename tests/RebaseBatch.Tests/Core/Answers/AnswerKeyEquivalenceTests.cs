using RebaseBatch.Core.Answers;
using Xunit;

namespace RebaseBatch.Tests.Core.Answers;

[Fast]
public sealed class AnswerKeyEquivalenceTests
{
    public static TheoryData<string, string, string, string> Pairs()
    {
        var data = new TheoryData<string, string, string, string>();
        foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Answers", "equivalences.tsv")))
        {
            if (line.StartsWith('#')) continue;
            var columns = line.Split('\t');
            data.Add(columns[0], columns[1], columns[2], columns[3]);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Pairs), DisableDiscoveryEnumeration = true)]
    public void Answers_are_equal_exactly_when_the_list_says_so(string expected, string left, string right, string why)
    {
        var (a, b) = (AnswerKey.Of(left), AnswerKey.Of(right));
        Assert.True(expected == "=" == (a == b), $"{left}  {expected}  {right}  ({why}), but the keys are\n{a}\n{b}");
    }

    /// <summary>The pairs called equal are joined to classes; within one, any two must be equal, also those that no line names.</summary>
    [Fact]
    public void Equality_is_transitive_over_the_whole_list()
    {
        var rows = Pairs().Select(row => row.Data).ToList();
        var parent = rows.SelectMany(row => new[] { row.Item2, row.Item3 }).Distinct().ToDictionary(text => text);
        string Root(string text) => parent[text] == text ? text : parent[text] = Root(parent[text]);
        foreach (var row in rows.Where(row => row.Item1 == "=")) parent[Root(row.Item2)] = Root(row.Item3);
        Assert.All(parent.Keys.GroupBy(Root).ToList(), group => Assert.Single(group.Select(AnswerKey.Of).Distinct()));
        Assert.All(rows.Where(row => row.Item1 == "!"), row => Assert.NotEqual(Root(row.Item2), Root(row.Item3)));
    }

    [Fact]
    public void The_list_is_long_and_names_no_pair_twice()
    {
        var rows = Pairs().Select(row => row.Data).ToList();
        Assert.All(rows, row => Assert.True(row.Item1 is "=" or "!", $"{row}"));
        Assert.True(rows.Count > 330);
        Assert.Empty(rows.GroupBy(row => (row.Item2, row.Item3)).Where(group => group.Count() > 1).Select(group => group.Key));
    }
}
