using System.Text;
using System.Text.Json;
using RebaseBatch.Contracts;
using RebaseBatch.Core.Datasets;
using Xunit;

namespace RebaseBatch.Tests.Core.Datasets;

/// <summary>Lines with the fields of public datasets. The contents are made up.</summary>
[Fast]
public sealed class PublicDatasetLinesTests
{
    const string Two = "Two?\n(A) 1\n(B) 2\n(C) 3\n(D) 4";

    static Task<Dataset> Read(string line) => DatasetReader.ReadAsync(
        new MemoryStream(Encoding.UTF8.GetBytes(line.ReplaceLineEndings(" "))), "set.jsonl", TestContext.Current.CancellationToken);

    static async Task<ProblemSpec> ReadOne(string line)
    {
        var dataset = await Read(line);
        Assert.Empty(dataset.InvalidLines);
        return Assert.Single(dataset.Problems);
    }

    [Theory]
    [InlineData("GSM8K", """{"question": "One?", "answer": "So it is <<0+1=1>>1.\n#### 1"}""", "One?", "1")]
    [InlineData("MATH", """
        {"problem": "Half?", "level": "Level 3", "type": "Algebra", "solution": "It is $\\boxed{\\frac{1}{2}}$."}
        """, "Half?", "\\frac{1}{2}", 3)]
    [InlineData("MATH-500", """
        {"problem": "One?", "solution": "It is $\\boxed{2}$.", "answer": "1", "subject": "Algebra", "level": 2, "unique_id": "t/1.json"}
        """, "One?", "1", 2)]
    [InlineData("AIME24", """{"id": 60, "problem": "One?", "solution": "\\boxed{204}", "url": "https://example.org/1"}""", "One?", "204")]
    [InlineData("AIME25", """{"ID": "2025-I-1", "Problem": "One?", "Answer": 70}""", "One?", "70")]
    [InlineData("AMC23", """{"id": 0, "problem": "One?", "answer": 27.0, "url": "https://example.org/2"}""", "One?", "27.0")]
    [InlineData("ASDiv", """
        {"body": "Ann has 3 figs and 4 dates.", "question": "How many fruits?", "solution_type": "Addition", "answer": "7 (fruits)",
         "formula": "3+4=7"}
        """, "Ann has 3 figs and 4 dates. How many fruits?", "7")]
    [InlineData("SVAMP", """
        {"ID": "chal-1", "Body": "Ann has 8 figs.", "Question": "How many?", "Equation": "( 8.0 - 0.0 )", "Answer": 8.0, "Type": "X"}
        """, "Ann has 8 figs. How many?", "8.0")]
    [InlineData("MultiArith", """{"question": " How many? ", "final_ans": "21"}""", " How many? ", "21")]
    [InlineData("MultiArith, first form", """
        {"iIndex": 1, "sQuestion": "How many?", "lEquations": ["X=3*7"], "lSolutions": [21.0]}
        """, "How many?", "21.0")]
    [InlineData("OlympiadBench", """
        {"id": 1606, "question": "Which?", "solution": ["Both."], "final_answer": ["2", "-2"], "context": null, "is_multiple_answer": true,
         "unit": "", "answer_type": "Numerical", "error": null}
        """, "Which?", "2, -2")]
    [InlineData("OlympiadBench, one answer", """{"question": "Which?", "solution": ["It."], "final_answer": ["$2$"]}""", "Which?", "$2$")]
    [InlineData("OlympiadBench, a proof", """{"question": "Show it.", "solution": ["So."], "final_answer": null}""", "Show it.", null)]
    [InlineData("Minerva math", """
        {"problem": "One?", "type": "Physics", "solution": "So $x=\\boxed{1e-3}$ at last.", "idx": 4}
        """, "One?", "1e-3")]
    [InlineData("College math", """
        {"data_source": "book", "question_number": "exercise.1.2", "question": "One?", "answer": "$\\frac{1}{2}$", "license": "x"}
        """, "One?", "$\\frac{1}{2}$")]
    [InlineData("GPQA", """
        {"Question": "Two?", "Correct Answer": "2", "Incorrect Answer 1": "4", "Incorrect Answer 2": "1", "Incorrect Answer 3": "3"}
        """, Two, "(B) 2")]
    [InlineData("MMLU", """{"question": "Two?", "subject": "x", "choices": ["1", "2", "3", "4"], "answer": 1}""", Two, "(B) 2")]
    [InlineData("MMLU, by letters", """
        {"input": "Two?", "A": "1", "B": "2", "C": "3", "D": "4", "target": "B"}
        """, Two, "(B) 2")]
    [InlineData("MMLU-Pro", """
        {"question_id": 70, "question": "Two?", "options": ["1", "2", "3", "4"], "answer": "B", "answer_index": 1, "cot_content": ""}
        """, Two, "(B) 2")]
    [InlineData("ARC", """
        {"id": "x", "question": "Two?", "choices": {"text": ["1", "2", "3", "4"], "label": ["A", "B", "C", "D"]}, "answerKey": "B"}
        """, Two, "(B) 2")]
    [InlineData("ARC, labels 1 to 4", """
        {"question": "Two?", "choices": {"text": ["one", "two"], "label": ["1", "2"]}, "answerKey": "2"}
        """, "Two?\n(A) one\n(B) two", "(B) two")]
    [InlineData("ARC, first form", """
        {"question": {"stem": "Two?", "choices": [{"text": "1", "label": "A"}, {"text": "2", "label": "B"}]}, "answerKey": "B"}
        """, "Two?\n(A) 1\n(B) 2", "(B) 2")]
    [InlineData("CommonsenseQA", """
        {"question": "Where?", "question_concept": "x", "choices": {"label": ["A", "B"], "text": ["here", "there"]}, "answerKey": "A"}
        """, "Where?\n(A) here\n(B) there", "(A) here")]
    [InlineData("CommonsenseQA, test part", """
        {"question": "Where?", "choices": {"label": ["A", "B"], "text": ["here", "there"]}, "answerKey": ""}
        """, "Where?\n(A) here\n(B) there", null)]
    [InlineData("AQuA", """
        {"question": "Two?", "options": ["A)1", "B)2", "C)3", "D)4"], "rationale": "So.\nB", "correct": "B"}
        """, Two, "(B) 2")]
    [InlineData("BBH", """
        {"input": "Which?\nOptions:\n(A) this\n(B) that", "target": "(B)"}
        """, "Which?\nOptions:\n(A) this\n(B) that", "(B)")]
    [InlineData("HumanEval", """
        {"task_id": "X/0", "prompt": "def one():\n", "entry_point": "one", "canonical_solution": "    return 1\n", "test": "assert one()"}
        """, "def one():\n", null)]
    [InlineData("DeepScaleR", """{"problem": "One?", "answer": "-\\frac{2}{3}", "solution": ""}""", "One?", "-\\frac{2}{3}")]
    [InlineData("Omni-MATH", """
        {"domain": ["Algebra"], "difficulty": 8.0, "problem": "One?", "solution": "So.", "answer": "2^{n}", "source": "x"}
        """, "One?", "2^{n}")]
    [InlineData("NuminaMath", """
        {"source": "x", "problem": "One?", "solution": "So $\\boxed{5}$.", "messages": [{"role": "user", "content": "One?"}]}
        """, "One?", "5")]
    [InlineData("DAPO", """
        {"data_source": "x", "prompt": [{"role": "user", "content": "Solve it. One?"}], "ability": "MATH",
         "reward_model": {"ground_truth": "34", "style": "rule"}, "extra_info": {"index": "9"}}
        """, "Solve it. One?", "34")]
    [InlineData("OpenR1", """
        {"problem": "One?", "solution": "So.", "answer": "x+1", "problem_type": "Algebra", "uuid": "u", "generations": ["<think>"],
         "correctness_math_verify": [true], "messages": []}
        """, "One?", "x+1")]
    [InlineData("SciBench", """
        {"problem_text": "One?", "answer_latex": "$9.8$", "answer_number": "9.8", "unit": "m", "source": "x", "problemid": " 1.1"}
        """, "One?", "9.8")]
    [InlineData("TheoremQA", """{"Question": "Is it?", "Answer": true, "Answer_type": "bool", "Picture": null}""", "Is it?", "True")]
    [InlineData("TheoremQA, a list", """{"Question": "Which?", "Answer": [1, 2], "Answer_type": "list"}""", "Which?", "1, 2")]
    [InlineData("gaokao", """
        {"passage": null, "question": "二?", "options": ["(A)1", "(B)2"], "label": "B", "answer": null, "other": {"source": "x"}}
        """, "二?\n(A) 1\n(B) 2", "(B) 2")]
    [InlineData("CMATH", """{"grade": 1, "reasoning_step": 1, "question": "几?", "golden": "12"}""", "几?", "12")]
    [InlineData("OpenAI batch", """
        {"custom_id": "r-1", "method": "POST", "url": "/v1/chat/completions",
         "body": {"model": "m", "messages": [{"role": "user", "content": "One?"}]}, "expected_answer": 1}
        """, "One?", "1")]
    [InlineData("PRM800K", """
        {"labeler": "x", "question": {"problem": "One?", "ground_truth_answer": "1", "pre_generated_steps": []}, "label": {"steps": []}}
        """, "One?", "1")]
    [InlineData("OpenMathInstruct", """{"problem": "One?", "generated_solution": "x", "expected_answer": "1"}""", "One?", "1")]
    [InlineData("AIME24 with a copy of the problem", """
        {"id": 60, "problem": "One?", "solution": "s", "answer": "204", "url": "https://example.org/1", "question": "One?"}
        """, "One?", "204")]
    [InlineData("CARP", """{"content": "One?", "answer": "b ^ { 2 }", "steps": "So.", "exprs": ["b"]}""", "One?", "b ^ { 2 }")]
    [InlineData("OlympiadBench, with a context", """
        {"context": "A ball falls.", "question": "How fast?", "final_answer": ["2"]}
        """, "A ball falls.\nHow fast?", "2")]
    [InlineData("gaokao, with a passage", """
        {"passage": "A story.", "question": "Two?", "options": ["(A)1", "(B)2"], "label": "B"}
        """, "A story.\nTwo?\n(A) 1\n(B) 2", "(B) 2")]
    [InlineData("gaokao, choices as an object", """
        {"passage": "", "question": "Two?", "options": {"A": "$1$", "B": "$2$"}, "label": "B", "answer": null}
        """, "Two?\n(A) $1$\n(B) $2$", "(B) $2$")]
    [InlineData("MathQA", """
        {"Problem": "Two?", "Rationale": "So.", "options": "a ) 1 , b ) 2 , c ) 3.5 (a) , d ) none", "correct": "b"}
        """, "Two?\n(A) 1\n(B) 2\n(C) 3.5 (a)\n(D) none", "(B) 2")]
    [InlineData("SAT", """
        {"id": 3, "question": "Two?", "options": "A) $1$ B) $2$ C) $f(a)$ D) $4$", "Answer": "B"}
        """, "Two?\n(A) $1$\n(B) $2$\n(C) $f(a)$\n(D) $4$", "(B) $2$")]
    [InlineData("options that are no list", """{"question": "One?", "options": "see A) and B) below", "answer": "1"}""", "One?", "1")]
    [InlineData("TabMWP", """
        {"question": "More?", "choices": ["yes", "no"], "answer": "no", "unit": null, "ques_type": "multi_choice"}
        """, "More?\n(A) yes\n(B) no", "(B) no")]
    [InlineData("TabMWP, a number", """{"question": "How many?", "choices": null, "answer": "1,5", "unit": "$"}""", "How many?", "1,5")]
    [InlineData("GSM8K, socratic", """
        {"question": "One?", "answer": "How many? ** So it is <<0+1=1>>1.\n#### 1"}
        """, "One?", "1")]
    [InlineData("a table made of objects", """{"prompt": "One?", "reward_model.ground_truth": "34"}""", "One?", "34")]
    [InlineData("MetaMath", """{"type": "x", "query": "One?", "response": "The answer is: 1"}""", "One?", null)]
    public async Task A_public_dataset_gives_its_question_and_right_answer(
        string name, string line, string question, string? gold, int? level = null)
    {
        var problem = await ReadOne(line);
        Assert.Equal((name, question, gold, (short?)level), (name, problem.Question, problem.GoldAnswer, problem.Level));
        // A Parquet file gives the known fields alone.
        using var json = JsonDocument.Parse(line);
        var known = json.RootElement.EnumerateObject().Where(field => KnownFields.Has(field.Name, new()))
            .Select(field => $"{JsonSerializer.Serialize(field.Name)}:{field.Value.GetRawText()}");
        Assert.Equal(problem, await ReadOne($"{{{string.Join(',', known)}}}"));
    }

    [Theory]
    [InlineData("\"ground_truth\": \"4\", \"answer\": \"so 5\"", "4")]
    [InlineData("\"target\": 4", "4")]
    [InlineData("\"target\": 1.5E3", "1500")]
    [InlineData("\"target\": null, \"solution\": \"so \\\\boxed{4}\"", "4")]
    [InlineData("\"answer\": \"\", \"solution\": \"so \\\\boxed{4}\"", "4")]
    [InlineData("\"answer\": \"We add.\\nSo $\\\\boxed{4}$.\"", "4")]
    [InlineData("\"ground_truth\": \"We add.\\n#### 4\"", "4")]
    [InlineData("\"solution\": \"It is 4.\"", null)]
    [InlineData("\"final_answer\": []", null)]
    [InlineData("\"gold_answer\": \"#### 4\"", "#### 4")]
    public async Task The_right_answer_is_the_first_that_is_there(string fields, string? gold) =>
        Assert.Equal(gold, (await ReadOne($$"""{"question": "Q", {{fields}} }""")).GoldAnswer);

    [Theory]
    [InlineData("[10, 20]", "20", "(B) 20")]
    [InlineData("[10, 20]", "\"b\"", "(B) 20")]
    [InlineData("[\"ten\", \"twenty\"]", "\"(B)\"", "(B) twenty")]
    [InlineData("[\"ten\", \"twenty\"]", "\"twenty\"", "(B) twenty")]
    [InlineData("[\"ten\", \"twenty\"]", "\"B) twenty\"", "(B) twenty")]
    [InlineData("[\"ten\", \"twenty\"]", "\"1\"", "(B) twenty")]
    [InlineData("[\"ten\", \"twenty\"]", "\"It is so.\\n#### B\"", "(B) twenty")]
    [InlineData("[\"ten\", \"twenty\"]", "-1", null)]
    [InlineData("{\"A\": \"ten\", \"B\": \"twenty\"}", "\"B\"", "(B) twenty")]
    public async Task The_right_choice_is_named_by_letter_text_or_place(string options, string answer, string? gold) =>
        Assert.Equal(gold, (await ReadOne($$"""{"question": "Q", "options": {{options}}, "answer": {{answer}} }""")).GoldAnswer);

    [Fact]
    public async Task Choices_that_the_question_has_already_are_not_repeated()
    {
        var problem = await ReadOne("""{"question": "Q? A) ten B) twenty", "options": ["ten", "twenty"], "answer": "A"}""");
        Assert.Equal(("Q? A) ten B) twenty", "(A) ten"), (problem.Question, problem.GoldAnswer));
    }

    [Fact]
    public async Task Ids_may_be_numbers()
    {
        var problem = await ReadOne("""{"custom_id": 7, "question_id": 8, "question": "Q"}""");
        Assert.Equal(("7", "8"), (problem.CustomId, problem.QuestionId));
    }

    [Theory]
    [InlineData("""{"question": "Q", "options": ["1", "2"], "answer": "F"}""",
        "'answer' is 'F', which is none of the 2 choices in 'options'")]
    [InlineData("""{"question": "Q", "target": {"x": 1}}""", "'target' is an object, expected a string, a number or a list of them")]
    [InlineData("""{"question": "Q", "final_answer": [["1"]]}""", "'final_answer' is an array, expected a string")]
    [InlineData("""{"question": "Q", "ground_truth": " "}""", "'ground_truth' is empty; leave it out")]
    [InlineData("""{"question": "Q", "answer": "We add.\nThen 4."}""", "a longer one belongs in 'gold_answer'")]
    [InlineData("""{"body": "A story.", "answer": "4"}""", "'body' is missing or not an object, and the line has no question")]
    [InlineData("""{"prompt": [{"role": "system", "content": "x"}]}""", "'prompt' has no user message")]
    [InlineData("""{"\ud800": 1, "question": "Q"}""", "the name of a property has half of a surrogate pair")]
    [InlineData("""{"prompt": "", "answer": "4"}""", "'prompt' is empty")]
    [InlineData("""{"instruction": "Q", "output": "4"}""", "has no question: expected 'question', 'problem', 'prompt'")]
    public async Task A_line_that_can_not_be_read_says_why_and_what_would_do(string line, string reason)
    {
        var dataset = await Read(line);
        Assert.Empty(dataset.Problems);
        Assert.Contains(reason, Assert.Single(dataset.InvalidLines).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_answer_without_words_is_a_result()
    {
        var angles = "$x=" + string.Join(", ", Enumerable.Range(1, 40).Select(i => $"\\\\frac{{{i} \\\\pi}}{{48}}")) + "$ or none";
        Assert.Equal(angles.Replace("\\\\", "\\", StringComparison.Ordinal),
            (await ReadOne($$"""{"question": "Q", "answer": "{{angles}}"}""")).GoldAnswer);
        var words = string.Concat(Enumerable.Repeat("and then we add the next two numbers ", 10));
        Assert.Contains("too long for a result", Assert.Single(
            (await Read($$"""{"question": "Q", "answer": "{{words}}"}""")).InvalidLines).Reason, StringComparison.Ordinal);
    }
}
