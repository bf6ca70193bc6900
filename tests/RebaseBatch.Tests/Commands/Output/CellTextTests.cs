using RebaseBatch.Commands.Output;
using Xunit;

namespace RebaseBatch.Tests.Commands.Output;

[Fast]
public sealed class CellTextTests
{
    [Theory]
    [InlineData("plain", 5)]
    [InlineData("", 0)]
    [InlineData("数学", 4)]
    [InlineData("e\u0301te\u0301", 3)]
    [InlineData("a数b", 4)]
    public void A_letter_of_east_asia_takes_two_cells_and_a_combining_mark_none(string text, int cells) =>
        Assert.Equal(cells, CellText.Width(text));

    [Theory]
    [InlineData("whole", 5, "whole")]
    [InlineData("too long", 5, "too…g")]
    [InlineData("tiny-math-policy-s", 12, "tiny-mat…y-s")]
    [InlineData("a text of words", 9, "a text…ds")]
    [InlineData("数学の問題", 10, "数学の問題")]
    // Half a letter can't be shown.
    [InlineData("数学の問題", 6, "数学…")]
    [InlineData("数学の問題", 9, "数学の…題")]
    [InlineData("abce\u0301fgh", 5, "abc…h")]
    [InlineData("abcdefgh", 1, "…")]
    public void A_text_is_cut_between_letters(string text, int width, string shown)
    {
        Assert.Equal(shown, CellText.Shorten(text, width));
        Assert.InRange(CellText.Width(shown), 0, width);
    }

    [Fact]
    public void Line_ends_and_what_moves_the_cursor_stay_out_of_a_cell() =>
        Assert.Equal("a↵b\\tc\\u001bd", CellText.OneLine("a\r\nb\tc\u001bd\n"));

    [Theory]
    [InlineData("one two three", 8, "one two|three")]
    [InlineData("one two", 7, "one two")]
    [InlineData("unbreakable", 4, "unbr|eaka|ble")]
    [InlineData("one\ntwo", 10, "one|two")]
    [InlineData("数学の問題", 5, "数学|の問|題")]
    [InlineData("  indented text", 10, "  indented|text")]
    [InlineData("数学", 1, "数|学")]
    [InlineData("", 5, "")]
    public void A_text_goes_on_in_the_next_line_between_words(string text, int width, string lines) =>
        Assert.Equal(lines.Split('|'), CellText.Wrap(text, width));

    [Fact]
    public void A_long_text_is_wrapped_in_one_pass() =>
        Assert.Equal(2500, CellText.Wrap(string.Concat(Enumerable.Repeat("数学 の問 ", 20_000)), 80).Count());
}
