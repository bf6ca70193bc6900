using RebaseBatch.Core.Searching;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Remote;
using RebaseBatch.Inference.Remote.Dialects;
using RebaseBatch.Inference.Rewards;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Tests.Inference.Steps;
using Xunit;

namespace RebaseBatch.Tests.Inference.Remote;

/// <summary>Loading from a server that serves the bundled models, and what comes from it.</summary>
public sealed class RemoteServingTests
{
    const string Policy = "tiny-math-policy-s", Reward = "tiny-math-prm", Question = "Mia has 3 + 4 books. How many are two times that?";

    static readonly string[] s_steps = ["Step 1: 3 + 4 = 7.\n", "Step 2: 7 * 2 = 15.\n", "The answer is: 15"];

    public static TheoryData<string> Kinds => [nameof(RemoteKind.Vllm), nameof(RemoteKind.SGLang), nameof(RemoteKind.LlamaServer)];

    static Task<ModelServer> ServeAsync(string kind, string model) => ModelServer.StartAsync(new(Enum.Parse<RemoteKind>(kind), model));

    static readonly ModelCatalog s_catalog = new(new Dictionary<string, ModelOptions>());

    static ModelProfile Profile(string name, string kind, params ModelServer[] servers) => s_catalog.Resolve(name) with
    {
        Remote = RemotePools.Model(Enum.Parse<RemoteKind>(kind), [.. servers.Select(server => server.Address)]) with { Model = name },
    };

    static async Task<UserException> RefusalAsync(ModelProfile profile, ILanguageModel vocabulary)
    {
        using var pool = RemotePools.Of(profile.Remote!);
        var refusal = await Assert.ThrowsAsync<UserException>(() => profile.Role == ModelRole.Reward
            ? RemoteLoad.RewardAsync(profile, vocabulary, pool, CancellationToken.None)
            : (Task)RemoteLoad.PolicyAsync(profile, vocabulary, pool, CancellationToken.None));
        Assert.Equal(ExitCode.ModelUnusable, refusal.Code);
        return refusal;
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_policy_samples_what_the_engine_in_process_decodes(string kind)
    {
        await using var server = await ServeAsync(kind, Policy);
        var profile = Profile(Policy, kind, server);
        var (sampler, identity, facts) = await RemoteLoad.PolicyAsync(
            profile, Models.PolicyS, RemotePools.Of(profile.Remote!), CancellationToken.None);
        using (sampler)
        {
            Assert.Equal((Policy, 7_000_000_000), (identity.Name, identity.Parameters));
            Assert.Matches("^[0-9a-f]{64}$", identity.Sha256);
            Assert.Equal((Policy, "1.2.3"), (facts.Model, facts.Version));
            Assert.InRange(sampler.MaxSequenceTokens, 512, Models.PolicyS.Facts.TrainContext);

            var trial = Evaluated(server);
            // Greedy, step by step to the end: the tokens in process, and each step ends with a line break.
            var (prefix, expected, encoded) = (PolicySteps.Question, PolicySteps.Greedy(500), 0);
            while (true)
            {
                var step = Assert.Single(await PolicySteps.SampleAsync(
                    sampler, PolicySteps.Request(prefix, temperature: 0) with { EncodedBefore = encoded }));
                prefix = [.. prefix, .. step.Tokens];
                Assert.Equal(expected[..(prefix.Length - PolicySteps.Question.Length)], prefix[PolicySteps.Question.Length..]);
                Assert.InRange(step.Cost.Evaluated, step.Sampled, prefix.Length);
                encoded = prefix.Length - step.Tokens.Length;
                if (step.End == StepEnd.EndOfGeneration) break;
                Assert.Equal(StepEnd.Boundary, step.End);
                Assert.EndsWith("\n", step.Text, StringComparison.Ordinal);
            }

            Assert.Equal(expected.Length, prefix.Length - PolicySteps.Question.Length);
            Assert.Equal(Evaluated(server) - trial, sampler.Statistics.Tokens);
        }

        static long Evaluated(ModelServer served) => served.Tokens.Prompt - served.Tokens.Cached + served.Tokens.Drawn;
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Children_differ_and_come_again_as_they_were(string kind)
    {
        await using var server = await ServeAsync(kind, Policy);
        var profile = Profile(Policy, kind, server);
        var (sampler, _, _) = await RemoteLoad.PolicyAsync(
            profile, Models.PolicyS, RemotePools.Of(profile.Remote!), CancellationToken.None);
        using var owned = sampler;
        var request = PolicySteps.Request(PolicySteps.Question, children: 16, temperature: 2);
        var first = await PolicySteps.SampleAsync(sampler, request);
        Assert.True(first.Select(step => step.Text).Distinct().Count() > 8);
        // Sequences of one batch round otherwise than those of another one, which changes a draw now and then.
        var again = await PolicySteps.SampleAsync(sampler, request);
        Assert.InRange(first.Zip(again).Count(pair => pair.First.Text == pair.Second.Text), 8, 16);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_reward_model_scores_as_in_process_and_pays_only_for_what_is_new(string kind)
    {
        await using var server = await ServeAsync(kind, Reward);
        var profile = Profile(Reward, kind, server);
        var convention = profile.Convention.For(Models.Reward, profile.Reward, Reward);
        var expected = RewardProbe.Scores(Models.Reward, convention, Reward, Question, s_steps, new());
        var test = new RewardSelfTest(Question, [.. s_steps.Zip(expected)], 1e-3);
        var (scorer, _, _) = await RemoteLoad.RewardAsync(
            profile with { SelfTest = test }, Models.Reward, RemotePools.Of(profile.Remote!), CancellationToken.None);
        using (scorer)
        {
            var encoded = 0;
            for (var i = 0; i < s_steps.Length; i++)
            {
                var tokens = scorer.Encode(Question, s_steps[..(i + 1)]);
                var score = await scorer.ScoreAsync(5, i + 1, tokens, encoded, CancellationToken.None);
                Assert.Equal(expected[i], score.Score, 1e-3);
                if (i > 0) Assert.InRange(score.Cost.Evaluated, 1, tokens.Length - encoded + 1);
                encoded = tokens.Length;
            }

            // The same text of the same wave, asked for at once.
            var (served, text) = (server.Served, scorer.Encode(Question, ["Step 1: 3 + 4 = 8.\n"]));
            var twins = await Task.WhenAll(Enumerable.Range(10, 8).Select(
                node => scorer.ScoreAsync(5, node, text, 0, CancellationToken.None)));
            Assert.Equal(served + 1, server.Served);
            Assert.Single(twins.Select(twin => twin.Score).Distinct());
            Assert.Equal(7, twins.Count(twin => twin.Cost == default));
        }

        var wrong = test with { Steps = [(s_steps[0], 1 - expected[0])] };
        Assert.Contains("fails its self-test", (await RefusalAsync(profile with { SelfTest = wrong }, Models.Reward)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Another_models_vocabulary_is_refused(string kind)
    {
        await using var server = await ServeAsync(kind, Policy);
        Assert.Contains("give the entry the served model's vocabulary",
            (await RefusalAsync(Profile(Policy, kind, server), new ScriptedModel())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replicas_must_serve_the_same()
    {
        await using var a = await ServeAsync(nameof(RemoteKind.SGLang), Policy);
        await using var b = await ServeAsync(nameof(RemoteKind.SGLang), Policy);
        b.Identity = b.Identity with { Weights = "v2" };
        var message = (await RefusalAsync(Profile(Policy, nameof(RemoteKind.SGLang), a, b), Models.PolicyS)).Message;
        Assert.Contains($"{a.Address.AbsoluteUri.TrimEnd('/')} has '{Policy}' (revision '/models/served default')", message,
            StringComparison.Ordinal);
        Assert.Contains($"{b.Address.AbsoluteUri.TrimEnd('/')} has '{Policy}' (revision '/models/served v2')", message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replicas_may_be_of_two_versions_and_have_two_contexts()
    {
        await using var a = await ServeAsync(nameof(RemoteKind.Vllm), Policy);
        await using var b = await ServeAsync(nameof(RemoteKind.Vllm), Policy);
        a.Identity = a.Identity with { Version = "0.9", MaxTokens = 400 };
        b.Identity = b.Identity with { Version = "0.10", MaxTokens = 300 };
        var profile = Profile(Policy, nameof(RemoteKind.Vllm), a, b);
        var (sampler, _, facts) = await RemoteLoad.PolicyAsync(
            profile, Models.PolicyS, RemotePools.Of(profile.Remote!), CancellationToken.None);
        using var owned = sampler;
        Assert.Equal(("0.10, 0.9", 300, 300), (facts.Version, facts.ContextTokens, sampler.MaxSequenceTokens));
    }

    [Fact]
    public async Task A_replica_that_is_away_is_left_out_and_all_of_them_are_not()
    {
        using var dead = new RefusedPort();
        await using var server = await ServeAsync(nameof(RemoteKind.Vllm), Policy);
        var profile = Profile(Policy, nameof(RemoteKind.Vllm), server);
        profile = profile with { Remote = profile.Remote! with { Endpoints = [dead.Uri, server.Address] } };
        var (sampler, _, _) = await RemoteLoad.PolicyAsync(
            profile, Models.PolicyS, RemotePools.Of(profile.Remote), CancellationToken.None);
        using (sampler)
        {
            var step = Assert.Single(await PolicySteps.SampleAsync(sampler, PolicySteps.Request(PolicySteps.Question, temperature: 0)));
            Assert.Equal(PolicySteps.Greedy(step.Tokens.Length), step.Tokens);
        }

        profile = profile with { Remote = profile.Remote with { Endpoints = [dead.Uri] } };
        using var pool = RemotePools.Of(profile.Remote);
        await Assert.ThrowsAsync<MachineFaultException>(
            () => RemoteLoad.PolicyAsync(profile, Models.PolicyS, pool, CancellationToken.None));
    }

    [Fact]
    public async Task A_server_that_is_away_for_a_moment_does_not_give_the_model_another_identity()
    {
        using var busy = new Busy();
        var profile = Profile(Policy, nameof(RemoteKind.SGLang));
        profile = profile with { Remote = profile.Remote! with { Endpoints = [new("http://a.example")] } };
        using var pool = RemotePools.Of(profile.Remote, busy);
        await Assert.ThrowsAsync<MachineFaultException>(
            () => RemoteLoad.PolicyAsync(profile, Models.PolicyS, pool, CancellationToken.None));
        Assert.Equal(["/v1/models", "/get_model_info"], busy.Asked);
    }

    [Fact]
    public async Task A_server_without_the_model_is_refused_with_those_that_it_has()
    {
        await using var server = await ServeAsync(nameof(RemoteKind.Vllm), Policy);
        var profile = Profile(Policy, nameof(RemoteKind.Vllm), server);
        profile = profile with { Remote = profile.Remote! with { Model = "other" } };
        Assert.Contains($"it has no model 'other', it has '{Policy}'", (await RefusalAsync(profile, Models.PolicyS)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_of_another_version_have_another_identity()
    {
        var profile = Profile(Policy, nameof(RemoteKind.SGLang));
        var facts = new RemoteFacts("m", "org/m v1", "0.5", 4096);
        var identity = RemoteLoad.Identity(profile, facts);
        // printf 'sglang\nm\norg/m v1' | sha256sum
        Assert.Equal("86fc4c95c60d73e2d24e55d53230c34183dc7fe0b8eca5d61eac44748b8e2eba", identity.Sha256);
        Assert.Equal(identity, RemoteLoad.Identity(profile, facts with { Version = "0.6" }));
        Assert.NotEqual(identity, RemoteLoad.Identity(profile, facts with { Revision = "org/m v2" }));
        Assert.NotEqual(identity, RemoteLoad.Identity(profile, facts with { Model = "n" }));
        Assert.NotEqual(identity.Sha256, RemoteLoad.Identity(Profile(Policy, nameof(RemoteKind.Vllm)), facts).Sha256);
    }

    [Fact]
    public async Task A_plain_server_gives_steps_if_it_returns_token_ids_and_no_scores()
    {
        // The tests' server is a vLLM to it.
        await using var server = await ServeAsync(nameof(RemoteKind.OpenAi), Policy);
        var profile = Profile(Policy, nameof(RemoteKind.OpenAi), server);
        var (sampler, _, _) = await RemoteLoad.PolicyAsync(
            profile, Models.PolicyS, RemotePools.Of(profile.Remote!), CancellationToken.None);
        using var owned = sampler;
        var step = Assert.Single(await PolicySteps.SampleAsync(sampler, PolicySteps.Request(PolicySteps.Question, temperature: 0)));
        Assert.Equal(PolicySteps.Greedy(step.Tokens.Length), step.Tokens);

        var reward = Profile(Reward, nameof(RemoteKind.OpenAi), server) with { Remote = profile.Remote };
        Assert.Contains("gives log-probabilities by text and not by token", (await RefusalAsync(reward, Models.Reward)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(nameof(RemoteKind.SGLang), QwenPrmConvention.Name, "serve the model by vllm, or run it in process")]
    [InlineData(nameof(RemoteKind.LlamaServer), SkyworkConvention.Name, "serve the model by vllm, or run it in process")]
    [InlineData(nameof(RemoteKind.Vllm), MeanLogitConvention.Name, "reads all logits")]
    public async Task A_model_whose_score_no_server_gives_is_refused_with_the_way_out(string kind, string convention, string wayOut)
    {
        await using var server = await ServeAsync(kind, Reward);
        var profile = Profile(Reward, kind, server);
        profile = profile with { Convention = RewardConvention.All.Single(known => known.Name == convention) };
        Assert.Contains(wayOut, (await RefusalAsync(profile, Models.Reward)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_check_says_what_was_compared_and_whether_seeds_repeat(string kind)
    {
        await using var server = await ServeAsync(kind, Policy);
        var profile = Profile(Policy, kind, server);
        using var pool = RemotePools.Of(profile.Remote!);
        var check = await RemoteLoad.CheckAsync(profile, Models.PolicyS, pool, CancellationToken.None);
        Assert.Equal((Policy, true, true), (check.Facts.Model, check.ComparedVocabulary, check.RepeatsWithSeed));

        await using var rewards = await ServeAsync(kind, Reward);
        profile = Profile(Reward, kind, rewards);
        using var other = RemotePools.Of(profile.Remote!);
        check = await RemoteLoad.CheckAsync(profile, Models.Reward, other, CancellationToken.None);
        Assert.Equal((Reward, true, (bool?)null), (check.Facts.Model, check.ComparedVocabulary, check.RepeatsWithSeed));
    }

    /// <summary>Has the model, and is overloaded when it is asked for anything else.</summary>
    sealed class Busy : HttpMessageHandler
    {
        public List<string> Asked { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var path = request.RequestUri!.AbsolutePath;
            Asked.Add(path);
            return Task.FromResult(path == "/v1/models"
                ? new HttpResponseMessage { Content = new StringContent($$"""{"data":[{"id":"{{Policy}}"}]}""") }
                : new(System.Net.HttpStatusCode.ServiceUnavailable));
        }
    }
}
