using RebaseBatch.Core.Searching;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Scheduling;
using RebaseBatch.Inference.Steps;
using Xunit;

namespace RebaseBatch.Tests.Inference.Steps;

/// <summary>What every sampler must do, in this process or on a server. It samples the bundled policy S.</summary>
public abstract class StepSamplerConformance
{
    /// <summary>A text that the policy never writes.</summary>
    static readonly StepBoundary s_never = new("\u0001");

    /// <summary>A sampler of policy S. It may be shared by the suite's tests.</summary>
    private protected abstract IStepSampler Sampler { get; }

    /// <summary>Sequences that decode now, in the engine that does the work.</summary>
    private protected abstract Task<int> DecodingAsync();

    static StepRequest Greedy(int[] prefix, StepBoundary boundary, int most, int depth = 1) =>
        PolicySteps.Request(prefix, most: most, temperature: 0) with { Boundary = boundary, Depth = depth };

    async Task<SampledStep> StepAsync(StepRequest request) => Assert.Single(await PolicySteps.SampleAsync(Sampler, request));

    [Fact]
    public async Task Tokens_are_the_texts_and_go_on_exactly_where_they_ended()
    {
        var expected = PolicySteps.Greedy(30);
        List<int> path = [.. PolicySteps.Question];
        foreach (var most in (int[])[1, 9, 20])
        {
            var step = await StepAsync(Greedy([.. path], s_never, most));
            Assert.Equal((StepEnd.Limit, most, most), (step.End, step.Tokens.Length, step.Sampled));
            Assert.Equal(PolicySteps.TextOf(step.Tokens), step.Text);
            path.AddRange(step.Tokens);
        }

        Assert.Equal(expected, path.Skip(PolicySteps.Question.Length));
    }

    [Fact]
    public async Task A_path_of_steps_ends_at_boundaries_and_at_the_end_of_generation()
    {
        var expected = PolicySteps.Greedy(400);
        List<int> path = [.. PolicySteps.Question];
        for (var depth = 1; ; depth++)
        {
            var step = await StepAsync(Greedy([.. path], StepBoundary.Line, 64, depth));
            path.AddRange(step.Tokens);
            Assert.Equal(PolicySteps.TextOf(step.Tokens), step.Text);
            if (step.End is StepEnd.EndOfGeneration)
            {
                // End-of-generation was drawn, and is no part of the step.
                Assert.Equal(step.Tokens.Length + 1, step.Sampled);
                break;
            }

            Assert.Equal((StepEnd.Boundary, step.Tokens.Length), (step.End, step.Sampled));
            Assert.Equal(step.Text.Length - 1, step.Text.IndexOf('\n', StringComparison.Ordinal));
        }

        Assert.Equal(expected, path.Skip(PolicySteps.Question.Length));
    }

    [Fact]
    public async Task A_mark_inside_a_token_and_one_over_two_tokens_end_the_step_after_their_tokens()
    {
        var expected = PolicySteps.Greedy(40);
        var text = PolicySteps.TextOf(expected);
        var (inside, over) = (0, 0);
        for (var i = 1; i + 1 < expected.Length && (inside == 0 || over == 0); i++)
        {
            var (before, piece) = (PolicySteps.TextOf(expected.AsSpan(0, i)), PolicySteps.TextOf(expected.AsSpan(i, 1)));
            if (before.AsSpan().Trim().IsEmpty) continue;
            if (inside == 0 && piece.Length > 3 && FirstAt(piece[1..^1]) == before.Length + 1)
                inside = await EndsAfterAsync(piece[1..^1], i + 1);
            var next = PolicySteps.TextOf(expected.AsSpan(i + 1, 1));
            if (over == 0 && piece.Length > 1 && next.Length > 1 && FirstAt($"{piece[^1]}{next[0]}") == before.Length + piece.Length - 1)
                over = await EndsAfterAsync($"{piece[^1]}{next[0]}", i + 2);
        }

        Assert.True(inside > 0 && over > 0, $"no token of '{text}' fits this test");

        int FirstAt(string mark) => text.IndexOf(mark, StringComparison.Ordinal);

        async Task<int> EndsAfterAsync(string mark, int tokens)
        {
            var step = await StepAsync(Greedy(PolicySteps.Question, new(mark), 60));
            Assert.Equal((StepEnd.Boundary, tokens), (step.End, step.Sampled));
            Assert.Equal(expected[..tokens], step.Tokens);
            return tokens;
        }
    }

    [Fact]
    public async Task A_step_ends_before_the_next_header_which_stays_for_the_next_step()
    {
        var expected = PolicySteps.Greedy(400);
        var first = await StepAsync(Greedy(PolicySteps.Question, StepBoundary.NumberedStep, 100));
        Assert.Equal(StepEnd.Boundary, first.End);
        Assert.DoesNotContain("Step 2", first.Text, StringComparison.Ordinal);
        Assert.True(first.Sampled > first.Tokens.Length);
        var second = await StepAsync(Greedy([.. PolicySteps.Question, .. first.Tokens], StepBoundary.NumberedStep, 100, depth: 2));
        Assert.StartsWith("Step 2", second.Text.TrimStart(), StringComparison.Ordinal);
        Assert.Equal(expected.Take(first.Tokens.Length + second.Tokens.Length), first.Tokens.Concat(second.Tokens));
    }

    [Fact]
    public async Task A_step_is_empty_where_the_authors_stop_string_comes_at_once()
    {
        var line = await StepAsync(Greedy(PolicySteps.Question, StepBoundary.Line, 64));
        var empty = await StepAsync(Greedy([.. PolicySteps.Question, .. line.Tokens], StepBoundary.AuthorsStep, 64));
        Assert.Equal((StepEnd.Boundary, ""), (empty.End, empty.Text));
        Assert.Empty(empty.Tokens);
        Assert.True(empty.Sampled > 0);
    }

    [Fact]
    public async Task Each_child_draws_by_its_own_seed_alone_or_together_today_or_tomorrow()
    {
        var request = PolicySteps.Request(PolicySteps.Question, children: 16, temperature: 2);
        var first = Texts(await PolicySteps.SampleAsync(Sampler, request));
        Assert.True(first.Distinct().Count() > 8, string.Join('|', first));
        Same(first, Texts(await PolicySteps.SampleAsync(Sampler, request with { Search = 2 })));
        var alone = new List<string>();
        foreach (var child in request.Children) alone.Add((await StepAsync(request with { Search = 3, Children = [child] })).Text);
        Same(first, [.. alone]);

        static string[] Texts(SampledStep[] steps) => [.. steps.Select(step => step.Text)];

        // A batch of another size rounds otherwise, and then a draw that falls between two tokens may take the other one.
        static void Same(string[] expected, string[] actual) => Assert.True(
            expected.Zip(actual).Count(pair => pair.First == pair.Second) >= 12, string.Join('|', expected.Concat(actual)));
    }

    [Fact]
    public async Task Only_the_filters_of_the_request_apply()
    {
        // Of 440 tokens at this temperature, a server's own top-k of 20 or 40 or its top-p would show at once.
        var request = PolicySteps.Request(PolicySteps.Question, children: 128, most: 1, temperature: 20) with { Boundary = s_never };
        var free = await PolicySteps.SampleAsync(Sampler, request);
        Assert.True(free.Select(step => step.Text).Distinct().Count() > 80);
        var best = await PolicySteps.SampleAsync(Sampler, request with { Filter = new(TopK: 1), Children = [.. request.Children.Take(8)] });
        Assert.All(best, step => Assert.Equal(PolicySteps.Greedy(1), step.Tokens));
    }

    [Fact]
    public async Task A_prompt_that_does_not_fit_is_the_requests_fault_and_nobody_elses()
    {
        var question = PolicySteps.Question;
        int[] large = [.. Enumerable.Range(0, Sampler.MaxSequenceTokens).Select(i => question[i % question.Length])];
        foreach (var child in Sampler.Sample(PolicySteps.Request(large, children: 2), CancellationToken.None))
            await Assert.ThrowsAsync<ModelFaultException>(() => child);
        Assert.True(Sampler.IsAlive);
        Assert.Equal(PolicySteps.Greedy(4), (await StepAsync(Greedy(PolicySteps.Question, s_never, 4))).Tokens);
    }

    [Fact]
    public async Task What_is_cancelled_decodes_no_more()
    {
        using var cancel = new CancellationTokenSource();
        // Minutes of work, so that it can't be done before it is cancelled.
        var request = PolicySteps.Request(PolicySteps.Question, children: 3000, most: 300, temperature: 3) with { Boundary = s_never };
        var children = Sampler.Sample(request, cancel.Token);
        await Eventually.TrueAsync(async () => await DecodingAsync() > 0);
        await cancel.CancelAsync();
        var ends = await Task.WhenAll(children.Select(async child => await Record.ExceptionAsync(() => child)));
        Assert.IsType<OperationCanceledException>(ends[^1], exactMatch: false);
        Assert.All(ends, end => Assert.True(end is null or OperationCanceledException, $"{end}"));
        Sampler.Retain(request.Search, new HashSet<int>());
        await Eventually.TrueAsync(async () => await DecodingAsync() == 0);
        Assert.True(Sampler.IsAlive);
    }

    [Fact]
    public async Task The_cost_counts_what_was_evaluated_once()
    {
        // A prompt of its own: no other test's cache has it.
        var prompt = PromptPreset.All[0].Encode(
            Models.PolicyS, "Tom has 7 bags with 6 coins each. He loses 9 coins. How many coins does Tom have?");
        var request = PolicySteps.Request(prompt, children: 4) with { Search = 4 };
        Sampler.Assign(4, [new(0, [1, 2, 3, 4])]);
        var steps = await PolicySteps.SampleAsync(Sampler, request);
        // The prompt once, and each child's tokens. Some samplers count a child's first and last token, which others share or skip.
        var sampled = steps.Sum(step => step.Sampled);
        Assert.InRange(steps.Sum(step => step.Cost.Evaluated), prompt.Length + sampled - 4, prompt.Length + sampled + 4);
        // A server decodes the prompt's last token for each child again.
        Assert.InRange(steps.Sum(step => step.Cost.Reencoded), 0, 3);
        Sampler.Retain(4, new HashSet<int> { 1 });
        int[] path = [.. prompt, .. steps[0].Tokens];
        Sampler.Assign(4, [new(1, [5])]);
        var next = await StepAsync(request with
        {
            Prefix = path,
            EncodedBefore = path.Length - 1,
            Depth = 2,
            Children = [(5, RandomStream.ForSearch(11, 1).Child(5))],
        });
        // The parent's last token was drawn and not decoded yet.
        Assert.InRange(next.Cost.Evaluated, next.Sampled, next.Sampled + 2);
        Sampler.Retain(4, new HashSet<int>());
    }
}
