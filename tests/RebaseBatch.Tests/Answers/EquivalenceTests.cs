using RebaseBatch.Answers;
using Xunit;

namespace RebaseBatch.Tests.Answers;

public sealed class EquivalenceTests
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
}
