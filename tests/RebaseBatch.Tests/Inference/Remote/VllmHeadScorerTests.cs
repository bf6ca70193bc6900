using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Remote;
using RebaseBatch.Inference.Rewards;
using RebaseBatch.Inference.Scheduling;
using RebaseBatch.Tests.Inference.Rewards;
using Xunit;

namespace RebaseBatch.Tests.Inference.Remote;

/// <summary>
/// A reward model of the convention skywork on vLLM's pooling route. It is the bundled one with a head that is sure of its scores, so that
/// the rounding of another batch does not show.
/// </summary>
public sealed class VllmHeadScorerTests : StepScorerConformance, IAsyncLifetime
{
    const string Name = "tiny-math-prm", Question = "Mia has 3 bags of 3 books each. How many books does she have?";

    readonly TemporaryFolder _folder = new();
    ModelServer _server = null!;
    RemoteScorer _scorer = null!;
    SkyworkConvention _reading = null!;
    Func<ModelProfile, ModelProfile> _skywork = null!;

    private protected override IStepScorer Scorer => _scorer;

    private protected override IRewardConvention Reading => _reading;

    private protected override bool KeepsPrefixes => false;

    public async ValueTask InitializeAsync()
    {
        var convention = RewardConvention.All.Single(convention => convention.Name == SkyworkConvention.Name);
        // The file of the bundled model names its own tag.
        var preset = convention.Defaults with { Tag = new RewardPreset().Tag };
        var head = WriteHead(new(Models.Reward, preset, Name));
        _reading = new SkyworkConvention(Models.Reward, preset with { Head = head }, Name);
        _server = await ModelServer.StartAsync(new(RemoteKind.Vllm, Name) { Head = head });
        _skywork = profile => profile with { Convention = convention, Reward = preset };
        _scorer = await RemoteClients.ScorerAsync(RemoteKind.Vllm, tokenizes: false, _skywork, _server.Address);
    }

    public async ValueTask DisposeAsync()
    {
        _scorer?.Dispose();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    private protected override Task<int> ScoringAsync() => Task.FromResult(_server.Running);

    [Fact]
    public async Task The_server_tokenizes_too_and_samples_nothing_for_it()
    {
        using var scorer = await RemoteClients.ScorerAsync(RemoteKind.Vllm, tokenizes: true, _skywork, _server.Address);
        foreach (var step in (string[])["Step 1: [3 * 3] = 9 <books>.", "Step 1: 3 + 3 = 6"])
        {
            Assert.Equal(_reading.Encode(Question, [step]),
                await scorer.Model.ReadAsync(() => scorer.Encode(Question, [step]), CancellationToken.None));
        }

        await Assert.ThrowsAsync<ModelFaultException>(
            async () => await scorer.Model.ReadAsync(() => scorer.Encode(Question, ["Step 1: </s>"]), CancellationToken.None));
    }

    /// <summary>A head that gives 5 to a right first step and -5 to a wrong one.</summary>
    string WriteHead(SkyworkConvention convention)
    {
        var right = Hidden(convention.Encode(Question, ["Step 1: Mia has 3 * 3 = 9 books.\n"]));
        var wrong = Hidden(convention.Encode(Question, ["Step 1: Mia has 3 + 3 = 6 books.\n"]));
        var between = right.Zip(wrong, (a, b) => a - b).ToArray();
        var scale = 10 / between.Sum(part => part * part);
        var weights = between.Select(part => part * scale).ToArray();
        var path = Path.Combine(_folder.Path, "head.safetensors");
        Safetensors.Write(path, ("v_head.summary.weight", "F32", [1, weights.Length], weights),
            ("v_head.summary.bias", "F32", [1], [5 - weights.Zip(right, (weight, part) => weight * part).Sum()]));
        return path;
    }

    static float[] Hidden(int[] tokens)
    {
        using var context = Models.Reward.CreateContext(new() { Cells = 256, BatchTokens = 256, MaxSequences = 1, HiddenStates = true });
        var batch = new DecodeBatch(256);
        for (var i = 0; i < tokens.Length; i++) batch.Add(tokens[i], i, 0, i == tokens.Length - 1);
        Assert.Equal(DecodeStatus.Ok, context.Decode(batch));
        return context.Hidden(tokens.Length - 1).ToArray();
    }
}
