using FsCheck;
using FsCheck.Fluent;
using RebaseBatch.Core.Answers.Authors;
using Xunit;

namespace RebaseBatch.Tests.Core.Answers;

[Fast]
public sealed class AuthorsReadingTests
{
    static bool AreEqual(string answer, string gold) => AuthorsReading.Of(answer).IsEqualTo(AuthorsReading.Of(gold));

    /// <summary>The pairs of the survey of graders, as the authors' grader was seen to judge them; numbers are the survey's.</summary>
    [Theory]
    [InlineData(1, @"\frac{14}{3}", @"\dfrac{14}{3}", true)]
    [InlineData(2, @"\frac{1}{3}", @"\frac13", true)]
    [InlineData(5, @"\frac13", "0.33", false)]
    [InlineData(5, @"\frac13", "0.333333", false)]
    [InlineData(6, @"\frac12", @"\frac24", false)]
    [InlineData(9, @"137 \frac{1}{2}", "137.5", false)]
    [InlineData(10, @"3\sqrt{13}", @"\sqrt{117}", false)]
    [InlineData(13, @"90^\circ", "90", true)]
    [InlineData(14, @"28\%", "28", true)]
    [InlineData(17, @"15\mbox{ cm}^2", "15", false)]
    [InlineData(18, "125", "125 miles", true)]
    [InlineData(21, @"10,\!080", "10080", true)]
    [InlineData(22, "58,500", "58500", true)]
    [InlineData(25, "(3,1)", @"\{1,3\}", false)]
    [InlineData(26, "(1,2)", "(2,1)", false)]
    [InlineData(29, @"x \in [-2,7]", "[-2,7]", false)]
    [InlineData(30, @"(-\infty,2)\cup(3,\infty)", @"(3,\infty)\cup(-\infty,2)", false)]
    [InlineData(33, @"\pm 2021", "2021", false)]
    [InlineData(34, "-2,1", "1,-2", false)]
    [InlineData(37, "2x+z=1", "1", false)]
    [InlineData(38, "34x+45y-20z+100=0", "-34x-45y+20z-100=0", false)]
    [InlineData(41, @"\begin{pmatrix}1&2\\3&4\end{pmatrix}", @"\begin{bmatrix}1&2\\3&4\end{bmatrix}", true)]
    [InlineData(42, "6 - 5i", "-5i+6", false)]
    [InlineData(45, "3.50", "3.5", false)]
    [InlineData(46, ".0000672", @"6.72\times10^{-5}", false)]
    public void Pairs_of_the_survey(int number, string gold, string candidate, bool expected)
    {
        Assert.InRange(number, 1, 46);
        Assert.Equal(expected, AreEqual(candidate, gold));
    }

    /// <summary>Each line is a call of their grader that was really made.</summary>
    [Fact]
    public void Every_recorded_verdict_of_their_grader_is_the_same_here()
    {
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Answers", "authors.tsv"))
            .Where(line => !line.StartsWith('#')).ToList();
        Assert.True(lines.Count > 1000);
        Assert.All(lines, line => Assert.Equal(line.Split('\t')[2] == "=", AreEqual(line.Split('\t')[0], line.Split('\t')[1])));
    }

    [Theory]
    [InlineData("1/2", "(1/2)", true)] // one element each, both the same fraction
    [InlineData("(1/2,3/4)", "[1/2,3/4]", false)] // more than one, and other brackets
    [InlineData("1,234/5,678/9", "(1234/5678/9)", false)]
    [InlineData("3", "(3)", false)] // no fraction, so it would be sympy's
    [InlineData("1,234,567,890", "1234567890", false)] // their passes stop halfway
    [InlineData("1,002.99999999", "1002", true)] // whole but for 1e-7, and cut off
    [InlineData("Monday", "mon", true)] // a unit inside a word
    public void Oddities(string answer, string gold, bool expected) => Assert.Equal(expected, AreEqual(answer, gold));

    [Fact]
    public void Equality_is_not_transitive()
    {
        Assert.True(AreEqual("(1/2)", "1/2") && AreEqual("1/2", @"\frac{1}{2}"));
        Assert.True(AreEqual("0.5", @"\frac{1}{2}"));
        Assert.False(AreEqual("0.5", "(1/2)"));
    }

    static readonly string[] s_soup =
    [
        "0", "1", "12", "000", ".5", ",", ",234", " ", "-", "--", "/", "*", "%", "^", "_", "=", "x", "i", "(", ")", "[", "]", "{", "}",
        "\\{", "\\%", "\\!", "\\\\", "\\", "\\frac", "\\text{", "\\text{ ", "\\mbox{", "\\mathbf", "\\bar", "\\left", "^\\circ", "\\pi",
        "\\sqrt", "\\sqrt[", "\\begin{pmatrix}", "\\end{pmatrix}", "\\begin{", "&", "million", "degrees", " or ", "1e308", "inf", "nan",
        "_1", "\n", "\0", "\uD800", "°", "ки",
    ];

    [Fact]
    public void Any_text_is_read_and_equals_itself()
    {
        var soup = Gen.Elements(s_soup).NonEmptyListOf().Select(string.Concat);
        var texts = Gen.OneOf(soup, ArbMap.Default.GeneratorFor<string>().Select(text => text ?? ""));
        Prop.ForAll(texts.ToArbitrary(), text => AreEqual(text, text)).Check(Config.QuickThrowOnFailure.WithMaxTest(5000).WithEndSize(40));
    }

    /// <summary>Whatever reads one of these twice for each of its characters does not come home.</summary>
    [Fact]
    public void Long_texts_take_time_in_proportion()
    {
        foreach (var piece in s_soup.Append("1,234").Append("1 ").Append("{1").Append("\\frac{").Append("\\sqrt{"))
        {
            var text = string.Concat(Enumerable.Repeat(piece, 200_000 / piece.Length));
            Assert.True(AreEqual(text, text));
            Assert.NotNull(AuthorsExtractor.Extract("", string.Concat(Enumerable.Repeat("The answer is:" + piece, 20_000))));
        }
    }
}
