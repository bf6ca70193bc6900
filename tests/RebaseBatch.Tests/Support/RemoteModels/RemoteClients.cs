using Microsoft.Extensions.Logging.Abstractions;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Remote;

namespace RebaseBatch.Tests.Support.RemoteModels;

/// <summary>The product's clients of model servers, loaded with all their checks.</summary>
static class RemoteClients
{
    /// <summary>A client of servers of a bundled policy.</summary>
    public static async Task<RemoteSampler> SamplerAsync(RemoteKind kind, string model, params Uri[] servers)
    {
        var profile = Profile(kind, model, servers);
        var pool = Pool(profile, isReward: false);
        try
        {
            return (await RemoteLoad.PolicyAsync(profile, Models.Served(model), pool, CancellationToken.None)).Sampler;
        }
        catch
        {
            pool.Dispose();
            throw;
        }
    }

    /// <summary>A client of servers of the bundled reward model.</summary>
    public static Task<RemoteScorer> ScorerAsync(RemoteKind kind, params Uri[] servers) => ScorerAsync(kind, Models.Reward, null, servers);

    /// <param name="with">How the model is read instead of by the bundled one's convention; null for that.</param>
    public static async Task<RemoteScorer> ScorerAsync(
        RemoteKind kind, ILanguageModel vocabulary, Func<ModelProfile, ModelProfile>? with, params Uri[] servers)
    {
        var profile = Profile(kind, "tiny-math-prm", servers);
        if (with is not null) profile = with(profile);
        var pool = Pool(profile, isReward: true);
        try
        {
            return (await RemoteLoad.RewardAsync(profile, vocabulary, pool, CancellationToken.None)).Scorer;
        }
        catch
        {
            pool.Dispose();
            throw;
        }
    }

    static ModelProfile Profile(RemoteKind kind, string model, Uri[] servers) =>
        new ModelCatalog(new Dictionary<string, ModelOptions> { ["served"] = new() { Path = Models.PathOf(model) } }).Resolve("served") with
        {
            Remote = new() { Endpoints = servers, Kind = kind, Parameters = Models.Served(model).Facts.Parameters },
        };

    static EndpointPool Pool(ModelProfile profile, bool isReward) =>
        new(profile.Remote!, profile.Name, isReward, RemoteConnections.Client(), TimeProvider.System, NullLogger.Instance);
}
