using RebaseBatch.Core.Answers;
using Xunit;

namespace RebaseBatch.Tests.Core.Answers;

/// <summary>The endings of real solutions. One line is one ending and the answer that a reader finds in it.</summary>
[Fast]
public sealed class AnswerFormsTests
{
    [Theory]
    [InlineData("Therefore the answer is -3", "-3")]
    [InlineData("so the final answer is: 42. I hope it is correct", "42")]
    [InlineData("So the answer is: 34", "34")]
    [InlineData("the answer is 42", "42")]
    [InlineData("THE ANSWER IS 42.", "42")]
    [InlineData("Thus, our answer is 7 apples.", "7 apples")]
    [InlineData("Hence the correct answer is B.", "B")]
    [InlineData("Therefore, the answer to the problem is $\\frac{3}{4}$.", "$\\frac{3}{4}$")]
    [InlineData("The final answer, in dollars, is 20", "20")]
    [InlineData("The answers are 3 and -3.", "3 and -3")]
    [InlineData("The answer should be \\(x = 4\\).", "\\(x = 4\\)")]
    [InlineData("The answer is therefore 12", "12")]
    [InlineData("The answer is approximately 3.14.", "3.14")]
    [InlineData("The best answer is option C.", "C")]
    [InlineData("Therefore, the answer is $5$ or $7$", "$5$ or $7$")]
    [InlineData("42The answer is: 42", "42")]
    public void Sentences(string solution, string expected) => Assert.Equal(expected, AnswerExtractor.Extract(solution));

    [Theory]
    [InlineData("Answer: 42", "42")]
    [InlineData("Final answer: -3.5", "-3.5")]
    [InlineData("**Final Answer:** 73", "73")]
    [InlineData("**Final Answer**: 73", "73")]
    [InlineData("**Answer: 42**", "42")]
    [InlineData("**Answer:** **42**", "42")]
    [InlineData("ANSWER: C", "C")]
    [InlineData("Answer (in dollars): 5.50", "5.50")]
    [InlineData("### Final Answer\n\n42", "42")]
    [InlineData("**Final Answer**\n\n\\[ \\frac{1}{2} \\]", "\\[ \\frac{1}{2} \\]")]
    [InlineData("\\textbf{Answer: } 42", "42")]
    [InlineData("\\textbf{Answer: 42}", "42")]
    [InlineData("Ans: 9", "9")]
    [InlineData("6 * 3 = 18\nA: 18", "18")]
    [InlineData("The answer is therefore: 9", "9")]
    public void Labels_and_headings(string solution, string expected) => Assert.Equal(expected, AnswerExtractor.Extract(solution));

    [Theory]
    [InlineData("The answer is **42**", "42")]
    [InlineData("The answer is **42** apples, as we saw.", "42")]
    [InlineData("The answer is `42`.", "42")]
    [InlineData("The answer is *x*.", "x")]
    [InlineData("The answer is:\n\\[ 42 \\]", "\\[ 42 \\]")]
    [InlineData("The answer is:\n\n$$\n\\begin{pmatrix} 1 \\\\ 2 \\end{pmatrix}\n$$\nDone.",
        "$$\n\\begin{pmatrix} 1 \\\\ 2 \\end{pmatrix}\n$$")]
    [InlineData("The answer is:\n42\n", "42")]
    [InlineData("<answer>42</answer>", "42")]
    [InlineData("<answer> x+1 </answer>\nDone.", "x+1")]
    [InlineData("<answer>The answer is 42</answer>", "42")]
    [InlineData("<answer>\\boxed{42}</answer>", "42")]
    [InlineData("<ANSWER>42", "42")]
    [InlineData("\\boxed{\\text{The answer is } 42}", "42")]
    [InlineData("\\boxed{\\text{Answer: } x^{2}}", "x^{2}")]
    [InlineData("$\\boxed{\\text{The final answer is 42}}$", "42")]
    public void Markup_around_the_answer(string solution, string expected) => Assert.Equal(expected, AnswerExtractor.Extract(solution));

    [Theory]
    [InlineData("所以答案是42。", "42")]
    [InlineData("答案是 $\\frac{1}{2}$。谢谢", "$\\frac{1}{2}$")]
    [InlineData("答案：C", "C")]
    [InlineData("因此，最终答案为：12，因为6*2=12", "12")]
    [InlineData("**答案是**：15", "15")]
    public void Chinese_sentences(string solution, string expected) =>
        Assert.Equal(expected, AnswerExtractor.Extract(solution));

    [Theory]
    [InlineData("```python\nprint(7)\n```\n#### 7", "7")]
    [InlineData("```python\nprint(7)  #### 7\n```", "7")]
    [InlineData("`#### 7`", "7")]
    [InlineData("```\n#### 7\n```\nThat is all.", "7")]
    [InlineData("#### **7**\nThat is all.", "7")]
    [InlineData("#### $\\frac{1}{2}$\nThat is all.", "$\\frac{1}{2}$")]
    [InlineData("```\n#### yes\n```", "yes")]
    public void Hashes_behind_code_and_in_markup(string solution, string expected) =>
        Assert.Equal(expected, AnswerExtractor.Extract(solution));

    [Theory]
    [InlineData("The final answer is $16,\\!386.20$. I apologize for the confusion.", "$16,\\!386.20$")]
    [InlineData("The final answer is $16,386.20. I apologize.", "$16,386.20")]
    [InlineData("The answer is 42, because 6*7=42", "42")]
    [InlineData("The answer is 42 because 6*7=42", "42")]
    [InlineData("The answer is (C) 12.", "(C) 12")]
    [InlineData("The answer is $50, because he paid $20.", "$50")]
    [InlineData("The answer is 3.5. Then we stop.", "3.5")]
    [InlineData("The answer is 42, which is even. Done", "42")]
    [InlineData("The answer is 42; we are done.", "42")]
    [InlineData("The answer is 42 — as claimed.", "42")]
    [InlineData("The answer is 1,234 dollars. Good.", "1,234 dollars")]
    [InlineData("The answer is (1, 2). So we are done.", "(1, 2)")]
    [InlineData("The answer is [0; 1). So we are done.", "[0; 1)")]
    [InlineData("The answer is $f(x) = 1. 5$ now.", "$f(x) = 1. 5$ now")]
    [InlineData("The answer is 3, 4, and 5. All are primes.", "3, 4, and 5")]
    [InlineData("The answer is St. Louis. It is a town.", "St. Louis")]
    [InlineData("The answer is 5 ft. 3 in. I hope", "5 ft. 3 in")]
    [InlineData("The answer is $x$. I hope it is correct.", "$x$")]
    [InlineData("The answer is 2**10.", "2**10")]
    [InlineData("The answer is \\text{east, so to speak}.", "\\text{east, so to speak}")]
    public void The_answer_ends_where_it_ends(string solution, string expected) =>
        Assert.Equal(expected, AnswerExtractor.Extract(solution));

    [Theory]
    [InlineData("<think>The answer is 5.</think>The answer is 6.", "6")]
    [InlineData("<think>\\boxed{5}</think>", null)]
    [InlineData("<think>The answer is 5. Hmm", null)]
    [InlineData("so \\boxed{5}</think>\nThe answer is 6.", "6")]
    [InlineData("The answer is 6.\n<think>or \\boxed{5}", "6")]
    [InlineData("The answer is 6. <think>or \\boxed{5}</think> Yes.", "6")]
    [InlineData("<think>a</think>x<think>\\boxed{1}</think>\\boxed{2}", "2")]
    [InlineData("<thinking>\\boxed{5}</thinking>#### 6", "6")]
    public void Thoughts_are_left_out(string solution, string? expected) => Assert.Equal(expected, AnswerExtractor.Extract(solution));

    [Theory]
    [InlineData("The answer is 6.\n\nQuestion: What is 2+2?\nThe answer is 4.", "6")]
    [InlineData("\\boxed{6}\nProblem:\nWhat is 2+2?\nSolution: \\boxed{4}", "6")]
    [InlineData("#### 6\n\nQ: What is 2+2?\nA: #### 4", "6")]
    [InlineData("The answer is: 6\n\n### Instruction:\nAdd.\n\n### Response: The answer is: 4", "6")]
    [InlineData("The answer is 6<|im_end|>\n<|im_start|>user\nThe answer is 4", "6")]
    [InlineData("The answer is 6.</s>[INST] The answer is 4", "6")]
    [InlineData("Solve it.\nQuestion: What is 2+2?\nThe answer is 4.", "4")]
    [InlineData("Answer: 6\n**Problem 2:** What is 2+2?\nAnswer: 4", "6")]
    public void A_run_on_into_the_next_question_is_cut(string solution, string expected) =>
        Assert.Equal(expected, AnswerExtractor.Extract(solution));

    [Theory]
    [InlineData("$\\boxed{1}$ and $\\boxed{2}$", "1, 2")]
    [InlineData("The answers are $\\boxed{1}$, $\\boxed{2}$, and $\\boxed{3}$.", "1, 2, 3")]
    [InlineData("$x = \\boxed{2}$ or $x = \\boxed{-2}$", "2, -2")]
    [InlineData("\\(\\boxed{\\frac{1}{2}}\\), \\(\\boxed{3}\\)", "\\frac{1}{2}, 3")]
    [InlineData("$\\boxed{1} \\text{ and } \\boxed{2}$", "1, 2")]
    [InlineData("$\\boxed{\\frac12}$ or $\\boxed{0.5}$", "\\frac12")]
    [InlineData("First \\boxed{1}. Then \\boxed{2}", "2")]
    [InlineData("\\boxed{1} + \\boxed{2} = \\boxed{3}", "3")]
    [InlineData("\\boxed{1} so the answer is 4.", "4")]
    [InlineData("\\boxed{4}. It is not \\boxed{5}.", "4")]
    [InlineData("\\boxed{4} and then \\boxed{5", "4")]
    public void Of_several_boxes_the_last_stated_one_or_the_list(string solution, string expected) =>
        Assert.Equal(expected, AnswerExtractor.Extract(solution));

    [Theory]
    [InlineData("The answer is not 5")]
    [InlineData("The answer isn't 5")]
    [InlineData("The answer cannot be \\boxed{5}")]
    [InlineData("If the answer is 5 then we are lost")]
    [InlineData("We ask whether the answer is 5.")]
    [InlineData("Is it that the answer is 5?")]
    [InlineData("What is the answer?")]
    [InlineData("Find what the answer is.")]
    [InlineData("The answer is an integer between 0 and 999.")]
    [InlineData("The answer is correct.")]
    [InlineData("The answer is as follows")]
    [InlineData("The answer is:\nStep 3: add all of them up.")]
    [InlineData("There are 42 answers.")]
    [InlineData("A: 1\nB: 2\nWhich one?")]
    [InlineData("Answer choices (A) 1 (B) 2")]
    [InlineData("Answer:")]
    [InlineData("<answer></answer>")]
    [InlineData("答案是")]
    [InlineData("He answered: 5")]
    public void Where_none_is_stated_none_is_found(string solution) => Assert.Null(AnswerExtractor.Extract(solution));

    [Theory]
    [InlineData("\\boxed{5}\nThe answer is correct.", "5")]
    [InlineData("\\boxed{5}\nThe answer is an unusual one for this kind of puzzle.", "5")]
    [InlineData("The answer is 5.\nAnswer: see the line above this one.", "5")]
    [InlineData("The answer is 6. The answer is not 5.", "6")]
    public void Words_do_not_hide_an_answer_before_them(string solution, string expected) =>
        Assert.Equal(expected, AnswerExtractor.Extract(solution));

    [Theory]
    [InlineData("The answer is $\\boxed{42}$ dollars.", "42")]
    [InlineData("So, the answer is (B).", "(B)")]
    [InlineData("The final answer is:\n\n**42**", "42")]
    [InlineData("The answer is \\$42.", "\\$42")]
    [InlineData("**The answer is 42.**", "42")]
    [InlineData("**The answer is: $42$**", "$42$")]
    [InlineData("## Answer: 42", "42")]
    [InlineData("\\[\\text{Answer: } \\boxed{5}\\]", "5")]
    [InlineData("The answer is 50%. Good.", "50%")]
    [InlineData("The answer is 3:00 p.m. Good.", "3:00 p.m")]
    [InlineData("The answer is A. Apples grow on trees.", "A")]
    [InlineData("The answer is 42.\n\nLet me know if you have other questions!", "42")]
    [InlineData("The answer is 42 (see above).", "42")]
    [InlineData("The answer is 3.14, rounded to two places.", "3.14")]
    [InlineData("The answer is 5 (mod 7).", "5 (mod 7)")]
    [InlineData("The answer is {1, 2, 3}.", "{1, 2, 3}")]
    [InlineData("The answer is -3 < x < 3. Good.", "-3 < x < 3")]
    [InlineData("The final answer (rounded) is 42", "42")]
    [InlineData("The answer we get is 42.", "42")]
    [InlineData("The answer, therefore, is 42.", "42")]
    [InlineData("The answer to part (a) is 42.", "42")]
    [InlineData("The answer comes out to 42.", "42")]
    [InlineData("Answer: The total cost is $50.", "$50")]
    [InlineData("Answer: He has 5 apples. They are red.", "5 apples")]
    [InlineData("The answer is 42 and we are done.", "42")]
    public void Endings_of_chat_models(string solution, string expected) => Assert.Equal(expected, AnswerExtractor.Extract(solution));

    [Theory]
    [InlineData("Answer: Let's think step by step.")]
    [InlineData("Answer: To find the sum, we add.")]
    [InlineData("Answer: Step 1: add.")]
    [InlineData("Answer: We need the sum of both.")]
    public void A_label_before_the_reasoning_is_no_answer(string solution) => Assert.Null(AnswerExtractor.Extract(solution));

    [Fact]
    public void A_megabyte_of_any_marker_is_read_in_time()
    {
        string[] markers =
        [
            "the answer is ", "the answer to a", "answer: ", "answer (", "<answer>", "</think>", "<think>a</think>",
            "\nQuestion: ", "\\boxed{1}, ",
            "\\boxed{", "The answer is $", "The answer is {", "The answer is \\(", "The answer is **", "答案是", "## answer\n",
        ];
        foreach (var marker in markers)
            AnswerExtractor.Extract(string.Concat(Enumerable.Repeat(marker, 1_000_000 / marker.Length)) + "\nend");
    }
}
