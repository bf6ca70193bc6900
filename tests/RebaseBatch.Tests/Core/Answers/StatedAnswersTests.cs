using RebaseBatch.Core.Answers;
using Xunit;

namespace RebaseBatch.Tests.Core.Answers;

/// <summary>Rarer endings, and as many texts that look like them and state nothing.</summary>
[Fast]
public sealed class StatedAnswersTests
{
    [Theory]
    [InlineData("42 is the answer", "42")]
    [InlineData("Therefore 42 is the answer.", "42")]
    [InlineData("So $\\frac{1}{2}$ is our final answer.", "$\\frac{1}{2}$")]
    [InlineData("We see that \\(x^2\\) is the correct answer.", "\\(x^2\\)")]
    [InlineData("Thus **-7** is the required answer", "-7")]
    [InlineData("Hence $18 is the answer.", "$18")]
    [InlineData("Adding both, we get 42 as the final answer.", "42")]
    [InlineData("Therefore, (C) is the correct option.", "(C)")]
    [InlineData("Option B is correct.", "B")]
    [InlineData("So B is the correct choice.", "B")]
    [InlineData("Hence -3.5 is the answer to the problem.", "-3.5")]
    public void The_answer_may_stand_before_the_words(string solution, string expected) =>
        Assert.Equal(expected, AnswerExtractor.Extract(solution));

    [Theory]
    [InlineData("The solution is: 42", "42")]
    [InlineData("The solution is 42.", "42")]
    [InlineData("The solutions are $x=1$ and $x=2$.", "$x=1$ and $x=2$")]
    [InlineData("Thus the only solution is x = 4.", "x = 4")]
    [InlineData("The final result is $\\boldsymbol{9}$.", "$\\boldsymbol{9}$")]
    [InlineData("The solution to the equation is \\(x = 5\\).", "\\(x = 5\\)")]
    [InlineData("The correct option is (B).", "(B)")]
    [InlineData("The best choice is D.", "D")]
    [InlineData("This gives a final answer of 12.", "12")]
    [InlineData("Answer is 42", "42")]
    [InlineData("6 * 7 = 42\nFinal answer is 42.", "42")]
    [InlineData("The answer: 42", "42")]
    [InlineData("ANS: 42", "42")]
    [InlineData("Answer $ 9 $", "$ 9 $")]
    [InlineData("Answer \\[ \n 9 \n \\]", "\\[ \n 9 \n \\]")]
    [InlineData("**Answer** \\(x+1\\)", "\\(x+1\\)")]
    [InlineData("Final Answer: The largest $n$ is 34.", "34")]
    [InlineData("Therefore $x \\geq 5$ is the solution.", "$x \\geq 5$")]
    public void Sentences(string solution, string expected) => Assert.Equal(expected, AnswerExtractor.Extract(solution));

    [Theory]
    [InlineData("[ANSWER] 42 [/ANSWER]", "42")]
    [InlineData("[answer]\\frac{1}{2}[/answer] done", "\\frac{1}{2}")]
    [InlineData("[ANSWER] 42", "42")]
    [InlineData("Final answer → 42", "42")]
    [InlineData("Answer -> 42", "42")]
    [InlineData("Final Answer = 42", "42")]
    [InlineData("Answer = -5", "-5")]
    [InlineData("Final Answer\n42", "42")]
    [InlineData("Final Answer\n\n$\\frac{3}{4}$", "$\\frac{3}{4}$")]
    [InlineData("Answer\n42", "42")]
    [InlineData("<final_answer>42</final_answer>", "42")]
    [InlineData("<ans>7</ans>", "7")]
    [InlineData("{\"reasoning\": \"add\", \"answer\": \"42\"}", "42")]
    [InlineData("{\"final_answer\": \"x + 1\"}", "x + 1")]
    [InlineData("{\"answer\": 42}", "42")]
    [InlineData("Antwort: 42", "42")]
    [InlineData("Respuesta: 42", "42")]
    [InlineData("Réponse : 42", "42")]
    [InlineData("Ответ: 42", "42")]
    [InlineData("答え：42", "42")]
    public void Labels_and_markup(string solution, string expected) => Assert.Equal(expected, AnswerExtractor.Extract(solution));

    [Theory]
    [InlineData("Hence, 42.")]
    [InlineData("42")]
    [InlineData("So there are 42 apples.")]
    [InlineData("This is the answer.")]
    [InlineData("Is 42 the answer?")]
    [InlineData("42 is the answer?")]
    [InlineData("Check whether 42 is the answer.")]
    [InlineData("If 42 is the answer, then the sum is even.")]
    [InlineData("We now know what is the answer.")]
    [InlineData("Equation 3 is the answer to everything.")]
    [InlineData("42 is not the answer.")]
    [InlineData("The solution is to add both numbers.")]
    [InlineData("The solution is as follows: we add.")]
    [InlineData("The solution is simple.")]
    [InlineData("The solution of the equation follows from the lemma.")]
    [InlineData("The final result is shown above.")]
    [InlineData("The best choice is to wait.")]
    [InlineData("We look for an answer of the form $x^2$.")]
    [InlineData("Final Answer\n")]
    [InlineData("Answer the question in words.")]
    [InlineData("Answer all 5 questions.")]
    [InlineData("[ANSWER][/ANSWER]")]
    [InlineData("Step 3 is correct.")]
    [InlineData("The calculation 3 + 4 is correct.")]
    [InlineData("No answer of mine is known.")]
    public void Where_none_is_stated_none_is_found(string solution) => Assert.Null(AnswerExtractor.Extract(solution));

    [Theory]
    [InlineData("The answer is 5. The solution is $x = 7$ for the other case.", "5")]
    [InlineData("\\boxed{12}\nThe solutions are -3 and 12, and the first is negative.", "12")]
    [InlineData("The solution is 3. So the answer is 9.", "9")]
    public void A_sentence_about_a_solution_counts_only_without_a_surer_form(string solution, string expected) =>
        Assert.Equal(expected, AnswerExtractor.Extract(solution));
}
