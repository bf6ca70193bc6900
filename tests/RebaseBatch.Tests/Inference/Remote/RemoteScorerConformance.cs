using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Remote;
using RebaseBatch.Inference.Rewards;
using RebaseBatch.Tests.Inference.Rewards;
using Xunit;

namespace RebaseBatch.Tests.Inference.Remote;

/// <summary>The scorer on a server.</summary>
/// <param name="kind">What the server speaks.</param>
/// <param name="tokenizes">Whether it tokenizes for the scorer.</param>
public abstract class RemoteScorerConformance(string kind, bool tokenizes = false) : StepScorerConformance, IAsyncLifetime
{
    ModelServer _server = null!;
    RemoteScorer _scorer = null!;

    private protected override IStepScorer Scorer => _scorer;

    public async ValueTask InitializeAsync()
    {
        _server = await ModelServer.StartAsync(new(Enum.Parse<RemoteKind>(kind), "tiny-math-prm"));
        _scorer = await RemoteClients.ScorerAsync(Enum.Parse<RemoteKind>(kind), tokenizes, null, _server.Address);
    }

    public async ValueTask DisposeAsync()
    {
        _scorer?.Dispose();
        await _server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected override Task<int> ScoringAsync() => Task.FromResult(_server.Running);
}
