using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Remote;
using RebaseBatch.Inference.Steps;
using RebaseBatch.Tests.Inference.Steps;
using Xunit;

namespace RebaseBatch.Tests.Inference.Remote;

/// <summary>The sampler on a server.</summary>
/// <param name="kind">What the server speaks.</param>
/// <param name="tokenizes">Whether it tokenizes for the sampler.</param>
public abstract class RemoteSamplerConformance(string kind, bool tokenizes = false) : StepSamplerConformance, IAsyncLifetime
{
    ModelServer _server = null!;
    RemoteSampler _sampler = null!;

    private protected override IStepSampler Sampler => _sampler;

    public async ValueTask InitializeAsync()
    {
        _server = await ModelServer.StartAsync(new(Enum.Parse<RemoteKind>(kind), "tiny-math-policy-s"));
        _sampler = await RemoteClients.SamplerAsync(Enum.Parse<RemoteKind>(kind), "tiny-math-policy-s", tokenizes, _server.Address);
    }

    public async ValueTask DisposeAsync()
    {
        _sampler?.Dispose();
        await _server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected override Task<int> DecodingAsync() => Task.FromResult(_server.Running);
}
