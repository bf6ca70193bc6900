using RebaseBatch.Evaluation.Summaries;
using Xunit;

namespace RebaseBatch.Tests.Evaluation.Summaries;

[Fast]
public sealed class MarkdownTextTests
{
    [Theory]
    [InlineData("tiny-math-policy-s", "`tiny-math-policy-s`")]
    [InlineData("a <b> & @team *c* #12", "`a <b> & @team *c* #12`")]
    [InlineData("a|b", "<code>a&#124;b</code>")]
    [InlineData("a\\|b`c``d", "<code>a&#92;&#124;b&#96;c&#96;&#96;d</code>")]
    [InlineData("a|</code><script>@x", "<code>a&#124;&#60;&#47;code&#62;&#60;script&#62;&#64;x</code>")]
    [InlineData("  one\r\n\ttwo\u2028three\0 ", "<code>one two three&#92;u0000</code>")]
    [InlineData("a\u202Ebc", "<code>a&#92;u202ebc</code>")]
    [InlineData(" \n", "")]
    public void A_name_stays_text_in_a_tables_cell(string name, string markdown) => Assert.Equal(markdown, MarkdownText.Code(name));

    [Theory]
    [InlineData("3 of 4 cells, p = 0.01", "3 of 4 cells, p = 0.01")]
    [InlineData("by @octo and #12", "by @&#8203;octo and #&#8203;12")]
    [InlineData("a|b\\|c `d` <img> &amp;", "a&#124;b&#92;&#124;c &#96;d&#96; &#60;img&#62; &#38;amp;")]
    [InlineData("*a* _b_ ~c~ [d](e) $f$\n# g", "\\*a\\* \\_b\\_ \\~c\\~ \\[d\\](e) \\$f\\$ #&#8203; g")]
    public void A_sentence_calls_nobody_and_has_no_markup(string sentence, string markdown) =>
        Assert.Equal(markdown, MarkdownText.Plain(sentence));

    [Fact]
    public void Long_text_is_cut_between_letters()
    {
        Assert.Equal("`abcd…`", MarkdownText.Code("abcdefgh", longest: 5));
        Assert.Equal("abc…", MarkdownText.Line("abc😀defgh", longest: 5));
        Assert.Equal("abc😀", MarkdownText.Line("abc😀", longest: 5));
        Assert.Equal(160, MarkdownText.Line(new string('x', 1_000_000), longest: 160).Length);
    }
}
