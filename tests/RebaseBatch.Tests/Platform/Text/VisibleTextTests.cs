using System.Text;
using RebaseBatch.Platform.Text;
using Xunit;

namespace RebaseBatch.Tests.Platform.Text;

[Fast]
public sealed class VisibleTextTests
{
    [Theory]
    [InlineData("plain ~ text", "plain ~ text")]
    [InlineData("数学 é e\u0301 π 😀 ❤\uFE0F", "数学 é e\u0301 π 😀 ❤\uFE0F")]
    [InlineData("\u001b[2J\u001b]0;title\a", "\\u001b[2J\\u001b]0;title\\u0007")]
    [InlineData("\u009b31m\u007f\b\0", "\\u009b31m\\u007f\\u0008\\u0000")]
    [InlineData("a\u202eb\u2066c\u200f\u061c", "a\\u202eb\\u2066c\\u200f\\u061c")]
    [InlineData("a\u200bb\ufeff\u00ad\u3164", "a\\u200bb\\ufeff\\u00ad\\u3164")]
    [InlineData("a\u2028b\u2029\u0085", "a\\u2028b\\u2029\\u0085")]
    [InlineData("\U000e0041", "\\udb40\\udc41")]
    [InlineData("one\r\ntwo\tthree\rfour", "one\\r\\ntwo\\tthree\\rfour")]
    public void A_line_shows_what_a_terminal_would_obey_and_what_nobody_sees(string text, string shown) =>
        Assert.Equal(shown, VisibleText.Line(text));

    // Not as inline data, which has no such texts.
    [Fact]
    public void Half_a_character_is_shown_as_what_it_is() =>
        Assert.Equal("a\\ud800b\\udc00", VisibleText.Line($"a{(char)0xd800}b{(char)0xdc00}"));

    [Fact]
    public void Lines_stay_lines_and_a_return_to_their_beginning_does_not()
    {
        Assert.Equal("one\ntwo\\tthree\\rfour", VisibleText.Lines("one\r\ntwo\tthree\rfour"));
        Assert.Equal("one\ntwo\tthree\\rfour", VisibleText.Markup("one\r\ntwo\tthree\rfour"));
    }

    [Fact]
    public void No_control_or_format_character_is_left_of_any()
    {
        foreach (var rune in Enumerable.Range(0, 0x110000).Where(Rune.IsValid).Select(code => new Rune(code)))
        {
            var shown = VisibleText.Line(rune.ToString());
            Assert.Equal(VisibleText.IsHidden(rune), shown != rune.ToString());
            if (VisibleText.IsHidden(rune)) Assert.All(shown, letter => Assert.InRange(letter, ' ', '~'));
            Assert.False(Rune.IsControl(rune) && shown.EnumerateRunes().Any(Rune.IsControl));
        }
    }
}
