using RebaseBatch.Commands.Jobs;
using RebaseBatch.Commands.Output;
using Spectre.Console;
using Xunit;

namespace RebaseBatch.Tests.Commands.Jobs;

public sealed class ProgressTableTests
{
    const string Waiting = "queued, no worker is running: 'rebase worker run' starts one";

    [Theory]
    [InlineData(200, "steps tokens ━ (nightly, gsm8k)", "")]
    [InlineData(100, "tokens ━ (nightly, gsm8k)", "steps")]
    [InlineData(80, "━ (nightly, gsm8k)", "steps tokens")]
    [InlineData(60, "(nightly, gsm8k)", "steps tokens ━")]
    [InlineData(40, "job problems", "steps tokens ━ (nightly")]
    [InlineData(20, "7 12/1319", "steps tokens ━ (nightly")]
    [InlineData(1, "", "steps tokens ━ (nightly")]
    public async Task A_narrow_terminal_loses_columns_and_never_the_job_its_problems_and_its_state(int columns, string has, string lacks)
    {
        var shown = await ShowAsync(columns, [Row("7", " (nightly, gsm8k)", "12/1319", Waiting)]);

        Assert.All(shown, line => Assert.True(CellText.Width(line) <= columns, line));
        var letters = string.Concat(string.Concat(shown).Where(letter => !char.IsWhiteSpace(letter)));
        // Of a state that goes on over lines the words stand below each other, between those of other columns.
        var words = string.Join(' ', shown).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (columns >= 20) Assert.All(Waiting.Split(' '), word => Assert.Contains(word, words));
        else Assert.Contains(Waiting.Replace(" ", "", StringComparison.Ordinal), letters, StringComparison.Ordinal);
        Assert.Contains("12/1319", letters, StringComparison.Ordinal);
        Assert.All(has.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            part => Assert.Contains(part, letters, StringComparison.Ordinal));
        Assert.All(lacks.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            part => Assert.DoesNotContain(part, letters, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_name_of_the_greatest_length_leaves_room_for_the_state()
    {
        var shown = await ShowAsync(80, [Row("7", $" ({new string('n', 200)})", "1/2", "running"), Row("1234", "", "100/200", "queued")]);

        Assert.Equal(["job", "7", "1234"], shown.Select(line => line.Split(' ')[0]));
        Assert.EndsWith("running", shown[1].TrimEnd(), StringComparison.Ordinal);
        Assert.EndsWith("queued", shown[2].TrimEnd(), StringComparison.Ordinal);
        Assert.Contains("nnn…nnn", shown[1], StringComparison.Ordinal);
    }

    static ProgressRow Row(string job, string name, string problems, string state) =>
        new(job, name, new ProgressBar(1, 2), problems, "12,345", "1,234,567 (2,345/s)", state);

    static async Task<string[]> ShowAsync(int columns, ProgressRow[] rows)
    {
        Assert.SkipUnless(PseudoTerminal.IsSupported, "no pseudo-terminals here");
        using var terminal = new PseudoTerminal(columns);
        var console = AnsiConsole.Create(new()
        {
            Out = new AnsiConsoleOutput(terminal.Writer), Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors,
        });
        console.Profile.Width = terminal.Width;
        console.Profile.Capabilities.Unicode = true;
        console.Write(ProgressTable.Of(rows, terminal.Width));
        return await terminal.CloseAsync();
    }
}
