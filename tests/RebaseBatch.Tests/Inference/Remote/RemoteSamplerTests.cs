using RebaseBatch.Core.Searching;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Remote;
using RebaseBatch.Inference.Remote.Dialects;
using RebaseBatch.Inference.Scheduling;
using RebaseBatch.Inference.Steps;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Tests.Inference.Scheduling;
using Xunit;

namespace RebaseBatch.Tests.Inference.Remote;

/// <summary>Steps of a scripted server must be those of the engine in process: the same tokens, ends and texts.</summary>
[Fast]
public sealed class RemoteSamplerTests
{
    static readonly RemoteModel s_remote = RemotePools.Model(RemoteKind.Vllm, new Uri("http://a.example"));

    static RemoteSampler Sampler(
        ScriptedModel model, HttpMessageHandler handler, int? context = 4096, IRemoteDialect? dialect = null, RemoteModel? remote = null) =>
        new("remote", model, remote ?? s_remote, new("m", "", "", context), dialect ?? new VllmDialect("m"),
            RemotePools.Of(s_remote, handler));

    static async Task<SampledStep[]> RunAsync(IStepSampler sampler, StepRequest request) =>
        await Task.WhenAll(sampler.Sample(request, CancellationToken.None)).WaitAsync(TimeSpan.FromMinutes(1));

    /// <summary>A server that gives the same answer to each request.</summary>
    static ScriptedReplies Always(string choice, string usage = "null") =>
        new((_, _) => $$"""{"choices":[{{choice}}],"usage":{{usage}}}""");

    static async Task AssertSameAsync(ScriptedModel model, ScriptedVllm server, StepRequest request)
    {
        using var local = ScriptedSteps.Sampler(model);
        using var remote = Sampler(model, server.Handler);
        var (here, there) = (await RunAsync(local, request), await RunAsync(remote, request));
        for (var i = 0; i < here.Length; i++)
        {
            Assert.Equal(here[i].Tokens, there[i].Tokens);
            Assert.Equal((here[i].End, here[i].Text), (there[i].End, there[i].Text));
        }

        Assert.Equal(3, here.Select(step => step.End).Distinct().Count());
    }

    static ScriptedVllm Server(ScriptedModel model, StepRequest request, bool hasEnd = true, int leaks = 0) =>
        new(model, request.Children.Select(child => child.Random)) { HasEnd = hasEnd, Leaks = leaks };

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 0)] // end-of-sequence is not among the ids
    [InlineData(true, 3)] // tokens behind the stop
    public async Task Steps_end_as_in_process(bool hasEnd, int leaks)
    {
        var model = new ScriptedModel();
        var request = ScriptedSteps.Request(ScriptedSteps.Prompt(40), children: 64, maxTokens: 12);
        var server = Server(model, request, hasEnd, leaks);
        await AssertSameAsync(model, server, request);
        // Some steps begin with line breaks, at which the server stops and the step does not end.
        Assert.True(server.Handler.Requests.Count > 64);
        var prompts = server.Handler.Requests.Select(sent => sent.Body.GetProperty("prompt").GetArrayLength()).ToList();
        Assert.Equal(64, prompts.Count(length => length == 40));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_mark_that_begins_the_next_step_is_left_to_it(bool isStopString)
    {
        string[] texts = ["Step", " ", "2", ":", "x"];
        var model = new ScriptedModel(newline: 0, end: 1) { Texts = token => texts[token % texts.Length] };
        var request = ScriptedSteps.Request(ScriptedSteps.Prompt(40), children: 128, maxTokens: 40) with
        {
            Boundary = isStopString ? StepBoundary.AuthorsStep : StepBoundary.NumberedStep,
        };
        await AssertSameAsync(model, Server(model, request), request);
    }

    [Fact]
    public async Task Each_child_has_a_seed_of_its_own_place_and_the_boundary_as_stop()
    {
        var model = new ScriptedModel();
        var request = ScriptedSteps.Request(ScriptedSteps.Prompt(10), children: 3) with { Depth = 2, Boundary = StepBoundary.NumberedStep };
        var handler = Always("""{"finish_reason":"stop","stop_reason":null,"token_ids":[5,0]}""");
        using var sampler = Sampler(model, handler);
        await RunAsync(sampler, request);
        Assert.Equal(request.Children.Select(child => child.Random.Seed() & ((1L << 53) - 1)).Order(),
            handler.Requests.Select(sent => sent.Body.GetProperty("seed").GetInt64()).Order());
        Assert.All(handler.Requests, sent => Assert.Equal("Step 3:", sent.Body.GetProperty("stop")[0].GetString()));
        Assert.All(handler.Requests, sent => Assert.Equal(30, sent.Body.GetProperty("max_tokens").GetInt32()));
    }

    [Fact]
    public async Task Seeds_stay_in_the_servers_range()
    {
        var handler = new ScriptedReplies((_, _) => """{"tokens":[5,0],"stop_type":"eos"}""");
        using var sampler = Sampler(new(), handler, dialect: new LlamaServerDialect());
        await RunAsync(sampler, ScriptedSteps.Request([2, 3], children: 64));
        var seeds = handler.Requests.Select(sent => sent.Body.GetProperty("seed").GetInt64()).ToList();
        Assert.All(seeds, seed => Assert.InRange(seed, 0, int.MaxValue));
        Assert.Equal(64, seeds.Distinct().Count());
    }

    [Fact]
    public async Task Costs_are_those_of_the_servers_usage()
    {
        var handler = Always("""{"finish_reason":"stop","stop_reason":null,"token_ids":[5,0]}""",
            """{"prompt_tokens":40,"completion_tokens":9,"prompt_tokens_details":{"cached_tokens":32}}""");
        using var sampler = Sampler(new(), handler);
        var request = ScriptedSteps.Request(ScriptedSteps.Prompt(40), children: 2) with { EncodedBefore = 35 };
        var steps = await RunAsync(sampler, request);
        Assert.All(steps, step => Assert.Equal(9, step.Sampled));
        // What the first child encodes is not new to the second.
        Assert.Equal([new(17, 3, 0) { Cached = 32 }, new(17, 8, 0) { Cached = 32 }], steps.Select(step => step.Cost));
        Assert.Equal((2, 34, 11), (sampler.Statistics.Decodes, sampler.Statistics.Tokens, sampler.Statistics.Reencoded));
    }

    [Fact]
    public async Task A_server_that_does_not_count_cached_tokens_is_taken_to_have_cached_what_was_encoded()
    {
        var handler = Always("""{"finish_reason":"stop","stop_reason":null,"token_ids":[5,0]}""");
        using var sampler = Sampler(new(), handler);
        var request = ScriptedSteps.Request(ScriptedSteps.Prompt(40), children: 2) with { EncodedBefore = 35 };
        Assert.Equal([new(7, 0, 0), new(2, 0, 0)], (await RunAsync(sampler, request)).Select(step => step.Cost));
    }

    [Theory]
    [InlineData(-5, -7)]
    [InlineData(0, 0)]
    [InlineData(int.MaxValue, int.MaxValue)]
    public async Task Nonsense_in_the_servers_usage_makes_no_cost_negative_or_endless(int prompt, int sampled)
    {
        var handler = Always("""{"finish_reason":"stop","stop_reason":null,"token_ids":[5,0]}""",
            $$"""{"prompt_tokens":{{prompt}},"completion_tokens":{{sampled}},"prompt_tokens_details":{"cached_tokens":{{-prompt}} } }""");
        using var sampler = Sampler(new(), handler);
        var step = Assert.Single(await RunAsync(sampler, ScriptedSteps.Request(ScriptedSteps.Prompt(40), children: 1)));
        Assert.InRange(step.Sampled, 2, 30);
        Assert.InRange(step.Cost.Evaluated, step.Sampled, 40 + step.Sampled);
        Assert.InRange(step.Cost.Cached!.Value, 0, 40);
    }

    [Theory]
    [InlineData("""{"finish_reason":"stop","stop_reason":null,"token_ids":[]}""", StepEnd.EndOfGeneration)]
    [InlineData("""{"finish_reason":"stop","stop_reason":"\n","token_ids":[]}""", StepEnd.EndOfGeneration)] // would go on forever
    [InlineData("""{"finish_reason":"weird","token_ids":[5,6]}""", StepEnd.EndOfGeneration)]
    [InlineData("""{"finish_reason":"length","token_ids":[5,6]}""", StepEnd.Limit)] // the server's context is full
    [InlineData("""{"finish_reason":"weird","token_ids":[5,6,1]}""", StepEnd.Boundary)]
    [InlineData("""{"finish_reason":"\ud83d","token_ids":[5,6]}""", StepEnd.EndOfGeneration)] // half of a character
    public async Task An_answer_that_ends_early_ends_the_step(string choice, object end)
    {
        using var sampler = Sampler(new(), Always(choice));
        Assert.Equal((StepEnd)end, Assert.Single(await RunAsync(sampler, ScriptedSteps.Request([2, 3], children: 1))).End);
    }

    [Fact]
    public async Task A_server_that_names_no_reason_and_stopped_at_the_text_goes_on()
    {
        string[] replies =
        [
            """{"choices":[{"finish_reason":"stop","token_ids":[1]}]}""", """{"choices":[{"finish_reason":"stop","token_ids":[7,1]}]}""",
        ];
        var handler = new ScriptedReplies((_, body) => replies[body.GetProperty("prompt").GetArrayLength() - 2]);
        using var sampler = Sampler(new(), handler, dialect: new OpenAiDialect("m"));
        var step = Assert.Single(await RunAsync(sampler, ScriptedSteps.Request([2, 3], children: 1)));
        Assert.Equal([1, 7, 1], step.Tokens);
        Assert.Equal((StepEnd.Boundary, 3), (step.End, step.Sampled));
        var requests = handler.Requests.ToList();
        Assert.Equal([30, 29], requests.Select(sent => sent.Body.GetProperty("max_tokens").GetInt32()));
        Assert.NotEqual(requests[0].Body.GetProperty("seed").GetInt64(), requests[1].Body.GetProperty("seed").GetInt64());
    }

    [Fact]
    public async Task A_request_that_the_server_gave_up_is_sent_again()
    {
        var model = new ScriptedModel();
        var request = ScriptedSteps.Request(ScriptedSteps.Prompt(10), children: 1);
        var server = new ScriptedVllm(model, [request.Children[0].Random]) { Aborts = 2 };
        using (var sampler = Sampler(model, server.Handler))
            Assert.Equal(ScriptedSteps.Expected(model, request, 0), (await RunAsync(sampler, request))[0].Tokens);

        server.Aborts = 3;
        using var failing = Sampler(model, server.Handler);
        Assert.Equal("remote", (await Assert.ThrowsAsync<MachineFaultException>(() => RunAsync(failing, request))).Model);
    }

    [Fact]
    public void A_context_on_a_server_gets_longer_there_and_not_by_a_setting_of_this_machine()
    {
        using var sampler = Sampler(new(), Always("{}"));
        Assert.Contains(":ContextTokens", sampler.LargerContext, StringComparison.Ordinal);
        Assert.DoesNotContain("ContextCells", sampler.LargerContext, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_prefix_that_does_not_fit_is_refused_before_anything_is_sent()
    {
        var handler = Always("{}");
        using var sampler = Sampler(new(), handler, context: 100);
        var request = ScriptedSteps.Request(ScriptedSteps.Prompt(71), children: 2);
        foreach (var step in sampler.Sample(request, CancellationToken.None))
            Assert.Contains("101 tokens do not fit", (await Assert.ThrowsAsync<ModelFaultException>(() => step)).Message,
                StringComparison.Ordinal);
        Assert.Empty(handler.Requests);
    }

    [Theory]
    [InlineData(100, null, 4096, 100)]
    [InlineData(null, 90, 4096, 90)]
    [InlineData(8192, 9000, 4096, 4096)]
    [InlineData(8192, null, 0, 8192)] // a vocabulary that does not say it
    public void The_longest_sequence_is_the_least_that_anyone_says(int? server, int? entry, int file, int expected)
    {
        using var sampler = Sampler(new(trainContext: file), Always("{}"), server, remote: s_remote with { ContextTokens = entry });
        Assert.Equal(expected, sampler.MaxSequenceTokens);
    }

    [Fact]
    public async Task A_token_outside_the_vocabulary_fails_its_problem()
    {
        using var sampler = Sampler(new(), Always("""{"finish_reason":"stop","stop_reason":"\n","token_ids":[5,40]}"""));
        Assert.Contains("sampled token 40, and the vocabulary here has 40", (await Assert.ThrowsAsync<ModelFaultException>(
            () => RunAsync(sampler, ScriptedSteps.Request([2, 3], children: 1)))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelling_ends_the_steps_as_cancelled()
    {
        var sent = new TaskCompletionSource();
        using var handler = new Stuck(sent);
        using var sampler = Sampler(new(), handler);
        using var stop = new CancellationTokenSource();
        var step = sampler.Sample(ScriptedSteps.Request([2, 3], children: 1), stop.Token)[0];
        await sent.Task.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(1, sampler.Statistics.Load.Waiting);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => step.WaitAsync(TimeSpan.FromMinutes(1)));
        Assert.True(handler.IsAborted);
        Assert.Equal(0, sampler.Statistics.Load.Waiting);
    }

    sealed class Stuck(TaskCompletionSource sent) : HttpMessageHandler
    {
        public bool IsAborted { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            sent.TrySetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
                throw new InvalidOperationException();
            }
            catch (OperationCanceledException)
            {
                IsAborted = true;
                throw;
            }
        }
    }
}
