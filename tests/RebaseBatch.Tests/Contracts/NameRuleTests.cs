using System.Text.Json.Nodes;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Evaluation.Sweeps;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Tests.Commands;
using Xunit;

namespace RebaseBatch.Tests.Contracts;

[Fast]
public sealed class NameRuleTests
{
    static readonly string s_long = new('x', NameRule.Longest + 1);

    [Theory]
    [InlineData("nightly @2026-11-30, tier 1", null)]
    [InlineData("数学 é 😀", null)]
    [InlineData("", null)]
    [InlineData("a\u001b[2J", "its character 2 is U+001B, which can't be seen: use letters, digits and signs")]
    [InlineData("a\nb", "its character 2 is U+000A, which can't be seen: use letters, digits and signs")]
    [InlineData("\u202eabc", "its character 1 is U+202E, which can't be seen: use letters, digits and signs")]
    [InlineData("ab\u2028", "its character 3 is U+2028, which can't be seen: use letters, digits and signs")]
    public void A_name_is_what_people_can_see(string name, string? fault) => Assert.Equal(fault, NameRule.FaultOf(name));

    [Fact]
    public void A_name_has_a_length()
    {
        Assert.Null(NameRule.FaultOf(s_long[1..]));
        Assert.Equal("it has 201 characters, and a name has at most 200", NameRule.FaultOf(s_long));
    }

    [Fact]
    public async Task Every_way_in_refuses_a_bad_name()
    {
        Assert.Equal(NameRule.FaultOf(s_long), JobSettings.FaultOf("name", JsonValue.Create(s_long)));
        var sweep = Assert.Throws<UserException>(() => SweepReader.Read(
            "name: \"a\\eb\"\ndatasets: d.jsonl\npolicies: p\nrewards: r\nstrategies: rebase\n", "s.yaml"));
        Assert.Contains("name: its character 2 is U+001B", sweep.Message, StringComparison.Ordinal);
        Assert.Contains("1", sweep.Message, StringComparison.Ordinal);

        using var folder = new TemporaryFolder();
        folder.Write("d.jsonl", """{"question":"1?","answer":"1"}""");
        foreach (var name in (string[])[s_long, "a\u001b[2J"])
        {
            var run = await CommandRun.In(folder, [], "jobs", "enqueue", "d.jsonl", "--policy", "p", "--reward", "r", "--name", name);
            Assert.Equal(ExitCode.BadInput, run.Code);
            Assert.Contains($"--name: {NameRule.FaultOf(name)}", run.Error, StringComparison.Ordinal);
            var schedule = await CommandRun.In(folder, [], "schedules", "add", name, "--cron", "0 1 * * *", "--sweep", "s.yaml");
            Assert.Equal(ExitCode.BadInput, schedule.Code);
            Assert.DoesNotContain('\u001b', schedule.Error);
        }
    }

    [Theory]
    [InlineData("a\u001b[2J", "U+001B")]
    [InlineData("a\u202eb", "U+202E")]
    [InlineData("a\u200bb", "U+200B")]
    public async Task A_team_and_a_tag_are_what_people_can_see(string name, string says)
    {
        using var folder = new TemporaryFolder();
        folder.Write("d.jsonl", """{"question":"1?","answer":"1"}""");
        string[] enqueue = ["jobs", "enqueue", "d.jsonl", "--policy", "p", "--reward", "r"];
        foreach (var line in (string[][])[["teams", "set", name, "--weight", "2"], ["teams", "remove", name], [.. enqueue, "--team", name]])
        {
            var run = await CommandRun.In(folder, [], line);
            Assert.Equal(ExitCode.BadInput, run.Code);
            Assert.Contains($"its character 2 is {says}, which can't be seen", run.Error, StringComparison.Ordinal);
        }

        // A tag is narrower than a name: letters, digits and some signs.
        foreach (var tag in (string[])[name, $"key={name}"])
        {
            var run = await CommandRun.In(folder, [], [.. enqueue, "--tag", tag]);
            Assert.Equal(ExitCode.BadInput, run.Code);
            Assert.Contains("has other characters than letters, digits and", run.Error, StringComparison.Ordinal);
            Assert.Contains($"\\u{(int)name[1]:x4}", run.Error, StringComparison.Ordinal);
        }
    }
}
