using RebaseBatch.Inference.Rewards;
using RebaseBatch.Inference.Scheduling;
using Xunit;

namespace RebaseBatch.Tests.Inference.Rewards;

/// <summary>What every scorer must do, in this process or on a server. It scores by the bundled reward model.</summary>
public abstract class StepScorerConformance
{
    const string Question = "Mia has 3 bags of 3 books each. Ben has 25 books. How many books do Mia and Ben have together?";

    /// <summary>
    /// Texts of which the model is sure. Of others it is not: the engine in process itself gives 0.1226 and 0.1199 to one text, because a
    /// batch of another size rounds otherwise.
    /// </summary>
    static readonly string[][] s_solutions =
    [
        ["Step 1: Mia has 3 * 3 = 9 books.\n"],
        ["Step 1: Mia has 3 * 3 = 9 books.\n", "Step 2: Together they have 9 + 25 = 33 books. The answer is: 33"],
        ["Step 1: Mia has 3 + 3 = 6 books.\n", "Step 2: Together they have 6 + 25 = 31 books.\n", "Step 3: The answer is: 31"],
    ];

    /// <summary>A scorer of the bundled reward model. It may be shared by the suite's tests.</summary>
    private protected abstract IStepScorer Scorer { get; }

    /// <summary>Texts that are scored now, in the engine that does the work, or that wait there.</summary>
    private protected abstract Task<int> ScoringAsync();

    /// <summary>The convention of the bundled reward model.</summary>
    private protected static IRewardConvention Convention { get; } = new MathShepherdConvention(Models.Reward, new(), "tiny-math-prm");

    /// <summary>How the scorer's model is read.</summary>
    private protected virtual IRewardConvention Reading => Convention;

    /// <summary>Whether a step costs only its own tokens. A server's head encodes the whole text again.</summary>
    private protected virtual bool KeepsPrefixes => true;

    /// <summary>Each step's score by the whole text alone.</summary>
    double[] Expected(string[] steps, string question = Question) =>
        RewardProbe.Scores(Models.Reward, Reading, "tiny-math-prm", question, steps, new());

    ValueTask<int[]> EncodeAsync(string question, IReadOnlyList<string> steps) =>
        Scorer.Model.ReadAsync(() => Scorer.Encode(question, steps), CancellationToken.None);

    async Task<StepScore> ScoreAsync(long search, int node, string[] steps, int before = 0, string question = Question) =>
        await Scorer.ScoreAsync(search, node, await EncodeAsync(question, steps), before, CancellationToken.None)
            .WaitAsync(TimeSpan.FromMinutes(1));

    [Fact]
    public async Task Every_step_has_the_score_of_the_whole_text_whatever_else_is_scored()
    {
        var scores = s_solutions.Select((steps, solution) => Enumerable.Range(1, steps.Length)
            .Select(count => ScoreAsync(1, 10 * solution + count, steps[..count])).ToList()).ToList();
        for (var solution = 0; solution < s_solutions.Length; solution++)
        {
            var expected = Expected(s_solutions[solution]);
            for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], (await scores[solution][i]).Score, 1e-3);
        }

        // Else the test would hold for a scorer that always says the same.
        Assert.True(Expected(s_solutions[0])[0] - Expected(s_solutions[2])[0] > 0.9);
        Scorer.Retain(1, new HashSet<int>());
    }

    [Fact]
    public async Task An_empty_step_has_a_score_too()
    {
        // Of these the model is sure too: 0.9996 and 0.0254. Of an empty step behind the question above it is not (0.53), and two shapes of
        // calls differ by 0.0014.
        string[] questions = ["Leo has 5 pens.", "What is 2 + 2?"];
        var expected = questions.Select(question => Expected([""], question)[0]).ToList();
        for (var i = 0; i < questions.Length; i++)
            Assert.Equal(expected[i], (await ScoreAsync(6, i + 1, [""], question: questions[i])).Score, 1e-3);
        Assert.True(Math.Abs(expected[0] - expected[1]) > 0.02, $"{expected[0]} {expected[1]}");
        Scorer.Retain(6, new HashSet<int>());
    }

    [Fact]
    public async Task A_text_that_does_not_fit_is_its_own_fault_and_nobody_elses()
    {
        var large = Enumerable.Repeat(await EncodeAsync(Question, s_solutions[0]), 40).SelectMany(tokens => tokens)
            .Take(Scorer.MaxSequenceTokens + 1).ToArray();
        await Assert.ThrowsAsync<ModelFaultException>(() => Scorer.ScoreAsync(2, 1, large, 0, CancellationToken.None));
        Assert.True(Scorer.IsAlive);
        Assert.Equal(Expected(s_solutions[2])[0], (await ScoreAsync(2, 2, s_solutions[2][..1])).Score, 1e-3);
        Scorer.Retain(2, new HashSet<int>());
    }

    [Fact]
    public async Task The_longest_text_is_scored()
    {
        var (steps, text) = (s_solutions[0][0], "");
        while ((await EncodeAsync(Question, [text + steps])).Length <= Scorer.MaxSequenceTokens - 1) text += steps;
        Assert.Equal(Expected([text])[0], (await ScoreAsync(3, 1, [text])).Score, 1e-3);
        Scorer.Retain(3, new HashSet<int>());
    }

    [Fact]
    public async Task What_is_cancelled_is_scored_no_more()
    {
        using var cancel = new CancellationTokenSource();
        // Half a minute of work, so that it can't be done before it is cancelled.
        var texts = await Task.WhenAll(Enumerable.Range(1, 1000).Select(async node => await EncodeAsync(
            $"{node} {Question}", [string.Concat(Enumerable.Repeat(s_solutions[0][0], 10))])));
        var scores = texts.Index().Select(text => Scorer.ScoreAsync(4, text.Index + 1, text.Item, 0, cancel.Token)).ToList();
        await Eventually.TrueAsync(async () => await ScoringAsync() > 0);
        await cancel.CancelAsync();
        var ends = await Task.WhenAll(scores.Select(async score => await Record.ExceptionAsync(() => score)));
        Assert.IsType<OperationCanceledException>(ends[^1], exactMatch: false);
        Assert.All(ends, end => Assert.True(end is null or OperationCanceledException, $"{end}"));
        Scorer.Retain(4, new HashSet<int>());
        await Eventually.TrueAsync(async () => await ScoringAsync() == 0);
        Assert.True(Scorer.IsAlive);
    }

    [Fact]
    public async Task The_cost_of_a_step_is_that_of_its_own_tokens()
    {
        // A question of its own: no other test's cache has it.
        const string question = "Tom has 7 bags with 6 coins each. He loses 9 coins. How many coins does Tom have?";
        string[] steps = ["Step 1: Tom has 7 * 6 = 42 coins.\n", "Step 2: Tom has 42 - 9 = 33 coins.\n"];
        var (first, second) = ((await EncodeAsync(question, steps[..1])).Length, (await EncodeAsync(question, steps)).Length);
        Scorer.Assign(5, [new(0, [1])]);
        var parent = await ScoreAsync(5, 1, steps[..1], question: question);
        // Some scorers count the token that a server has to draw.
        Assert.InRange(parent.Cost.Evaluated, first - 16, first + 1);
        Scorer.Retain(5, new HashSet<int> { 1 });
        Scorer.Assign(5, [new(1, [2])]);
        var child = await ScoreAsync(5, 2, steps, first, question);
        var kept = KeepsPrefixes ? first : 0;
        Assert.InRange(child.Cost.Evaluated, second - kept, second - kept + 2);
        Assert.Equal(first - kept, parent.Cost.Reencoded + child.Cost.Reencoded);
        Scorer.Retain(5, new HashSet<int>());
    }
}
