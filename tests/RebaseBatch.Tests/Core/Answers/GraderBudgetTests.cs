using FsCheck;
using FsCheck.Fluent;
using RebaseBatch.Core.Answers;
using RebaseBatch.Core.Answers.Notation;
using RebaseBatch.Core.Answers.Values;
using Xunit;

namespace RebaseBatch.Tests.Core.Answers;

[Fast]
public sealed class GraderBudgetTests
{
    static readonly string[] s_soup =
    [
        "0", "1", "7", "12", "000", "3.5", ".", ",", " ", "-", "+", "/", "*", "%", "^", "_", "=", "<", ">", "!", "|", "'", ":", ";", "&",
        "x", "y", "e", "i", "f(", "ab", "miles", "cm", "million", "or ", "and ", "base ", "infinity", "sqrt", "sin", "U",
        "{", "}", "(", ")", "[", "]", "\\", "\\{", "\\}", "\\%", "\\$", "\\!", "\\,", "\\ ", "\\\\", "\\[", "\\frac", "\\dfrac", "\\text{",
        "\\mbox{", "\\mathbf", "\\left", "\\right", "\\circ", "\\degree", "^\\circ", "\\times10^", "\\cdot", "\\pi", "\\sqrt", "\\sqrt[",
        "\\pm", "\\mp", "\\infty", "\\cup", "\\cap", "\\setminus", "\\in", "\\le", "\\ne", "\\approx", "\\mathbb{R}", "\\emptyset", "\\sin",
        "\\log_", "\\ln", "\\arctan", "\\exp", "\\binom", "\\lfloor", "\\rfloor", "\\langle", "\\rangle", "\\overline{", "\\mid",
        "\\begin{pmatrix}", "\\end{pmatrix}", "\\begin{array}{cc}", "{,}", "°", "²", "−", "×", "$", "€", "~", "\n", "\0", "\uD800",
        "9999", "!!", "p(", "h(0)", "n2", "min", "ft/sec", "\\mathrm{~min}", "{n\\choose 2}", "{2\\over 3}", "0.(6)", "Area",
        "|AB|", ":", "α",
    ];

    static readonly Gen<string> s_tokens = Gen.Elements(s_soup).NonEmptyListOf().Select(string.Concat);

    static readonly Gen<string> s_characters = ArbMap.Default.GeneratorFor<string>().Select(s => s ?? "");

    /// <summary>A gold with some of its stretches replaced.</summary>
    static readonly Gen<string> s_mutants =
        from gold in Gen.Elements(Golds.All.ToArray())
        from changes in (from at in Gen.Choose(0, 1000)
                         from length in Gen.Choose(0, 3)
                         from piece in Gen.Elements(s_soup)
                         select (at, length, piece)).ListOf(3)
        select changes.Aggregate(gold.Text, (text, change) =>
        {
            var at = change.at % (text.Length + 1);
            return text[..at] + change.piece + text[Math.Min(text.Length, at + change.length)..];
        });

    static void Check(Gen<string> answers, int count) => Prop.ForAll(answers.ToArbitrary(), answer =>
    {
        var reading = AnswerReading.Of(answer);
        return reading.Work <= Budget.Limit && reading == AnswerReading.Of(answer)
            && Grader.IsCorrect(answer, answer) == (reading.Key.Length > 0);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(count).WithEndSize(60));

    [Fact]
    public void Any_text_is_read_within_the_budget() => Check(s_characters, 3_000);

    [Fact]
    public void Any_soup_of_tex_is_read_within_the_budget() => Check(s_tokens, 5_000);

    [Fact]
    public void Any_mutant_of_a_gold_is_read_within_the_budget() => Check(s_mutants, 5_000);

    public static TheoryData<string> Hostile() =>
    [
        "9^{9^{9^9}}", "2^{2^{2^{2^{2^2}}}}", "10^{10^{10}}", "100000!", "2500!^{2500}", "(2500!)^{3}", "((((9^{999})^{999})^{999})^{999})",
        "e^{e^{e^{e^e}}}", "\\sin(10^{30})", "\\ln(10^{400})", "1e1000/7", "\\sqrt{2500!}", "\\sqrt[999]{2}", "x^{9999}", "(x+y)^{5000}",
        "(1+x)^{100000}", "\\tan\\frac{\\pi}{2}", "\\frac{1}{0}", "\\frac{1}{\\sqrt{2}-\\sqrt{2}}", "0^0", "\\ln 0", "0^{-1}",
        "\\binom{2500}{1250}", "\\pm\\pm\\pm\\pm\\pm\\pm 1", "[\\sin 1,\\sin 2]\\cup[\\sin 3,\\sin 4]", "x^{x^{x^x}}", "\\infty-\\infty",
        "\\frac{\\infty}{\\infty}", "i^{i^{i^i}}", "0.\\overline{}", "_", "^", "()", "(,)",
    ];

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Hostile_answers_are_read_within_the_budget(string answer)
    {
        var reading = AnswerReading.Of(answer);
        Assert.InRange(reading.Work, 0, Budget.Limit);
        Assert.NotEmpty(reading.Key);
    }

    public static TheoryData<string> Repeated() =>
    [
        "{", "}", "\\text{", "^{\\circ}", "\\frac", "\\frac{", "1,000", ",", "\\left", "$", "-", ". ", "1 ", "a/", "(", "[", "\\{", "|",
        "\\sqrt", "\\sqrt{", "2^", "2^{", "x^{", "\\sin", "\\sin(", "f(", "\\log_", "\\binom", "!", "x!", "x'", "1+", "x+", "x*", "2x",
        "\\pm1", "x=", "x<", "\\cup", "[1,2]\\cup", "\\setminus[1,2]", "1/", "\\pi+", "\\sin x+", "\\arctan x+", "\\ln x*", "\\sqrt2+",
        "9!+", "(1,", "\\begin{pmatrix}", "1&", "1\\\\", "_1", "1e5", "x_{", "0.\\overline{1}+", "2\\frac12", "\\overline", "%", "°", "cm ",
        "p(2)", "p(", "h(x)=", "f(g(", "ABC", "area ", "miles per ", "ft/sec ", "ft", "\\text{ cm}", "\\mathrm{~min}", "\\text{Area}=",
        "a+b=", "|AB|=", "AB:", "0.(6)", "{n\\choose ", "{2\\over ", "x2", "(x+1)5", "α",
        "or ", "1 or ", "base ", "\\in[1,2]", "2^x+", "x^y^", "\\approx1",
    ];

    [Theory]
    [MemberData(nameof(Repeated))]
    public void Repetition_needs_neither_stack_nor_work(string piece)
    {
        long work = 0;
        // The smallest stack that a host might give.
        var thread =
            new Thread(() => work =
                new[] { 10, 40, 1000 / piece.Length, 200_000 }.Max(
                    n => AnswerReading.Of(string.Concat(Enumerable.Repeat(piece, n)) + "1").Work), 256 * 1024);
        thread.Start();
        thread.Join();
        Assert.InRange(work, 0, Budget.Limit);
    }

    [Theory]
    [InlineData("f", 100_000)]
    [InlineData("abcdefghij", 10_000)]
    [InlineData("miles ", 5_000)]
    [InlineData("5 ft/sec ", 5_000)]
    [InlineData("P(X=", 5_000)]
    [InlineData("x+y=", 20_000)]
    public void A_hundred_thousand_letters_are_compared_as_text_and_with_a_tolerance(string piece, int times)
    {
        var answer = string.Concat(Enumerable.Repeat(piece, times)) + "1";
        Assert.InRange(AnswerReading.Of(answer).Work, 0, Budget.Limit);
        Assert.True(Grader.IsCorrect(answer, answer));
        Assert.False(Grader.IsCorrect(answer, answer + "2"));
        Assert.False(Tolerance.Of("0.1")!.Covers(answer, "1"));
    }

    [Fact]
    public void Any_two_texts_are_compared_with_a_tolerance_in_both_directions_alike()
    {
        var tolerance = Tolerance.Of("0.5")!;
        Prop.ForAll(s_tokens.Two().ToArbitrary(), pair =>
            tolerance.Covers(pair.Item1, pair.Item2) == tolerance.Covers(pair.Item2, pair.Item1)
            || LeftSideOf(pair.Item1) || LeftSideOf(pair.Item2)).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000).WithEndSize(20));

        static bool LeftSideOf(string text) => AnswerReading.Of(text).Value is not null;
    }

    [Fact]
    public void Nesting_deeper_than_the_limit_is_text_and_up_to_it_mathematics()
    {
        static string Nested(int depth) => new string('(', depth) + "1+1" + new string(')', depth);
        Assert.Equal("2", AnswerKey.Of(Nested(AnswerParser.DeepestNesting - 1)));
        Assert.StartsWith("\"", AnswerKey.Of(Nested(AnswerParser.DeepestNesting)));
    }

    [Fact]
    public void A_spent_budget_refuses_further_work()
    {
        var budget = new Budget();
        budget.Spend(Budget.Limit);
        Assert.Throws<UnreadableException>(() => budget.Spend(1));
        Assert.Equal(Budget.Limit, budget.Spent);
    }
}
