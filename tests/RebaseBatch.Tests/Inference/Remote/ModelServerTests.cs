using System.Net;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Rewards;
using RebaseBatch.Tests.Inference.Steps;
using Xunit;

namespace RebaseBatch.Tests.Inference.Remote;

/// <summary>The tests' own server: what it says must be what the engine in process says, or no test against it means anything.</summary>
public sealed class ModelServerTests
{
    const string Policy = "tiny-math-policy-s", Reward = "tiny-math-prm";

    public static TheoryData<string> Kinds => [nameof(RemoteKind.Vllm), nameof(RemoteKind.SGLang), nameof(RemoteKind.LlamaServer)];

    static RemoteKind Kind(string name) => Enum.Parse<RemoteKind>(name);

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task It_draws_what_the_engine_in_process_draws_and_tells_why_it_ended(string name)
    {
        await using var server = await ModelServer.StartAsync(new(Kind(name), Policy));
        using var client = new PlainClient(server.Address, Kind(name));
        var expected = PolicySteps.Greedy(200);
        var whole = await client.DrawAsync(PolicySteps.Question, 200, temperature: 0);
        // End-of-generation is one of the tokens and has no text.
        Assert.Equal([.. expected, PolicySteps.EndOfGeneration], whole.Tokens);
        Assert.Equal(PolicySteps.TextOf(expected), whole.Text);
        Assert.Equal(name is nameof(RemoteKind.LlamaServer) ? "eos" : "stop", whole.End);

        var line = await client.DrawAsync(PolicySteps.Question, 200, temperature: 0, stop: "\n");
        Assert.Equal(expected[..line.Tokens.Length], line.Tokens);
        Assert.EndsWith("\n", PolicySteps.TextOf(line.Tokens), StringComparison.Ordinal);
        Assert.Equal(name is nameof(RemoteKind.LlamaServer), !line.Text.EndsWith('\n'));
        // All but the last token of the prompt, whose output is wanted.
        Assert.Equal(PolicySteps.Question.Length - 1, line.Cached);

        var some = await client.DrawAsync([.. PolicySteps.Question, .. line.Tokens], 5, temperature: 0);
        Assert.Equal(expected[line.Tokens.Length..(line.Tokens.Length + 5)], some.Tokens);
        Assert.Equal(name is nameof(RemoteKind.LlamaServer) ? "limit" : "length", some.End);
        Assert.InRange(some.Cached, PolicySteps.Question.Length, PolicySteps.Question.Length + line.Tokens.Length - 1);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Seeds_decide_what_is_drawn_and_siblings_share_their_prompt(string name)
    {
        await using var server = await ModelServer.StartAsync(new(Kind(name), Policy));
        using var client = new PlainClient(server.Address, Kind(name));
        var first = await Task.WhenAll(Enumerable.Range(1, 16).Select(seed => client.DrawAsync(PolicySteps.Question, 12, 2, seed)));
        var again = await Task.WhenAll(Enumerable.Range(1, 16).Select(seed => client.DrawAsync(PolicySteps.Question, 12, 2, seed)));
        Assert.Equal(first.Select(reply => reply.Text), again.Select(reply => reply.Text));
        Assert.True(first.Select(reply => reply.Text).Distinct().Count() > 4);
        Assert.True(first.Sum(reply => reply.Cached) >= 14 * (PolicySteps.Question.Length - 1), "siblings encoded their prompt again");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Labels_have_the_probabilities_that_the_engine_in_process_gives(string name)
    {
        await using var server = await ModelServer.StartAsync(new(Kind(name), Reward));
        using var client = new PlainClient(server.Address, Kind(name));
        var convention = new MathShepherdConvention(Models.Reward, new(), "prm");
        var (good, bad) = ((IRewardConvention)convention).Labels!.Value;
        const string question = "Mia has 3 + 4 books. How many are two times that?";
        string[] steps = ["Step 1: 3 + 4 = 7.\n", "Step 2: 7 * 2 = 15.\n", "The answer is: 15"];
        var expected = RewardProbe.Scores(Models.Reward, convention, "prm", question, steps, new());
        for (var i = 0; i < steps.Length; i++)
        {
            var text = convention.Encode(question, steps[..(i + 1)]);
            var (plus, minus) = await client.ScoreAsync(text, good, bad);
            Assert.Equal(expected[i], 1 / (1 + Math.Exp(minus - plus)), 1e-3);
        }
    }

    [Fact]
    public async Task The_engine_gives_up_a_request_whose_client_went_away()
    {
        await using var server = await ModelServer.StartAsync(new(RemoteKind.Vllm, Policy));
        using var client = new PlainClient(server.Address, RemoteKind.Vllm);
        using var cancel = new CancellationTokenSource();
        var replies = Enumerable.Range(1, 200).Select(
            seed => client.DrawAsync(PolicySteps.Question, 300, temperature: 3, seed: seed, ct: cancel.Token)).ToList();
        await Eventually.TrueAsync(() => server.Running > 20);
        await cancel.CancelAsync();
        foreach (var reply in replies)
            if (await Record.ExceptionAsync(() => reply) is { } ended) Assert.IsType<OperationCanceledException>(ended, exactMatch: false);
        await Eventually.TrueAsync(() => server.Running == 0);
        Assert.True(server.Aborted > 0);
    }

    [Fact]
    public async Task It_misbehaves_as_servers_do()
    {
        await using var server = await ModelServer.StartAsync(new(RemoteKind.Vllm, Policy) { ApiKey = "secret" });
        using var client = new PlainClient(server.Address, RemoteKind.Vllm);
        using (var closed = await client.SendAsync(new { prompt = PolicySteps.Question }))
            Assert.Equal(HttpStatusCode.Unauthorized, closed.StatusCode);

        server.Identity = server.Identity with { ApiKey = null };
        server.Meet(new() { Status = 429, RetryAfter = "7" });
        using (var busy = await client.SendAsync(new { prompt = PolicySteps.Question }))
            Assert.Equal((HttpStatusCode.TooManyRequests, 7), (busy.StatusCode, busy.Headers.RetryAfter!.Delta!.Value.TotalSeconds));

        server.Meet(new() { IsCut = true });
        await Assert.ThrowsAsync<HttpRequestException>(() => client.DrawAsync(PolicySteps.Question, 4));
        using (var other = await client.SendAsync(new { model = "another", prompt = PolicySteps.Question }))
            Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
        using (var large = await client.SendAsync(new { prompt = PolicySteps.Question, max_tokens = 5000 }))
            Assert.Equal(HttpStatusCode.BadRequest, large.StatusCode);
        Assert.Equal(4, (await client.DrawAsync(PolicySteps.Question, 4)).Tokens.Length);
    }

    [Fact]
    public async Task It_serves_from_a_process_of_its_own_which_can_be_killed_and_started_again()
    {
        ModelServerOptions[] options = [new(RemoteKind.Vllm, Policy, FreePort.Take()), new(RemoteKind.SGLang, Reward, FreePort.Take())];
        using var client = new PlainClient(new($"http://127.0.0.1:{options[0].Port}"), RemoteKind.Vllm);
        int[] drawn;
        await using (var first = await ModelServerProcess.StartAsync(options))
        {
            drawn = (await client.DrawAsync(PolicySteps.Question, 20)).Tokens;
            await first.MeetAsync(new { status = 500 });
            await Assert.ThrowsAsync<HttpRequestException>(() => client.DrawAsync(PolicySteps.Question, 20));
            Assert.Equal(1, (await first.CountsAsync()).Served);
            await first.KillAsync();
        }

        await Assert.ThrowsAsync<HttpRequestException>(() => client.DrawAsync(PolicySteps.Question, 20));
        await using var second = await ModelServerProcess.StartAsync(options[0] with { Version = "2.0.0" });
        Assert.Equal(drawn, (await client.DrawAsync(PolicySteps.Question, 20)).Tokens);
        Assert.Equal("2.0.0", (await client.GetAsync("version")).GetProperty("version").GetString());
    }
}
