using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Text;
using RebaseBatch.Tests.Commands;
using Xunit;

namespace RebaseBatch.Tests.Platform.Text;

[Fast]
public sealed class DurationTextTests
{
    [Theory]
    [InlineData("90s", 90)]
    [InlineData("90m", 5400)]
    [InlineData("1.5h", 5400)]
    [InlineData("7d", 604_800)]
    [InlineData("2w", 1_209_600)]
    [InlineData(" 1d  12h ", 129_600)]
    [InlineData("0s", 0)]
    public void Numbers_with_units_add_up(string text, double seconds)
    {
        Assert.Equal(((TimeSpan?)TimeSpan.FromSeconds(seconds), (string?)null), DurationText.Parse(text));
        Assert.Matches(DurationText.Pattern, text);
        Assert.Equal(TimeSpan.FromSeconds(seconds), DurationText.Parse(DurationText.Of(TimeSpan.FromSeconds(seconds))).Span);
    }

    [Theory]
    [InlineData("")]
    [InlineData("h")]
    [InlineData("2")]
    [InlineData("-2h")]
    [InlineData("1e5h")]
    [InlineData("NaNd")]
    [InlineData("2H")]
    [InlineData("1,5h")]
    [InlineData("1d12h")]
    [InlineData(".5h")]
    [InlineData("1.h")]
    [InlineData("1d and 12h")]
    public void Nothing_else_is_a_span(string text)
    {
        var (span, fault) = DurationText.Parse(text);
        Assert.Null(span);
        Assert.Equal($"'{text}' is not a span of time: write numbers with s, m, h, d or w, such as 90m, 7d or 1d 12h", fault);
        Assert.DoesNotMatch(DurationText.Pattern, text);
    }

    [Theory]
    [InlineData("jobs list --since")]
    [InlineData("jobs wait 1 --timeout")]
    [InlineData("db prune --keep")]
    [InlineData("schedules check --max-age")]
    public async Task Every_option_takes_the_same_units_and_refuses_with_the_same_sentence(string line)
    {
        var words = line.Split(' ');
        foreach (var unit in "smhdw")
        {
            var parsed = RebaseBatch.Commands.CommandLine.Parse([.. words, $"3{unit}"], RebaseBatch.Hosting.ProcessEnvironment.OfProcess());
            Assert.Empty(parsed.Errors);
        }

        var wrong = await CommandRun.Of([.. words, "3 fish"]);
        Assert.Equal(ExitCode.BadInput, wrong.Code);
        Assert.StartsWith($"rebase: {words[^1]}: '3 fish' is not a ", wrong.ErrorLines[0], StringComparison.Ordinal);
        var none = await CommandRun.Of([.. words, "3xh"]);
        Assert.StartsWith($"rebase: {words[^1]}: '3xh' is not a span of time: write numbers with s, m, h, d or w", none.ErrorLines[0],
            StringComparison.Ordinal);
        var endless = await CommandRun.Of([.. words, "1000000d 1000000d"]);
        Assert.Contains("is longer than a hundred years", endless.ErrorLines[0], StringComparison.Ordinal);
    }
}
