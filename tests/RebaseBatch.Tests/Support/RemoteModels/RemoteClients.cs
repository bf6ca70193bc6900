using Microsoft.Extensions.Logging.Abstractions;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Remote;

namespace RebaseBatch.Tests.Support.RemoteModels;

/// <summary>The product's clients of model servers, loaded with all their checks.</summary>
static class RemoteClients
{
    /// <summary>A client of servers of a bundled policy.</summary>
    public static Task<RemoteSampler> SamplerAsync(RemoteKind kind, string model, params Uri[] servers) =>
        SamplerAsync(kind, model, tokenizes: false, servers);

    /// <param name="tokenizes">Whether the servers tokenize for the client.</param>
    public static Task<RemoteSampler> SamplerAsync(RemoteKind kind, string model, bool tokenizes, params Uri[] servers) =>
        WithPoolAsync(Profile(kind, model, servers), isReward: false, async (profile, pool) =>
            (await RemoteLoad.PolicyAsync(profile, await VocabularyAsync(profile, model, tokenizes, pool), pool, default)).Sampler);

    /// <summary>A client of servers of the bundled reward model.</summary>
    public static Task<RemoteScorer> ScorerAsync(RemoteKind kind, params Uri[] servers) =>
        ScorerAsync(kind, tokenizes: false, null, servers);

    /// <param name="tokenizes">Whether the servers tokenize for the client.</param>
    /// <param name="with">How the model is read instead of by the bundled one's convention; null for that.</param>
    public static Task<RemoteScorer> ScorerAsync(
        RemoteKind kind, bool tokenizes, Func<ModelProfile, ModelProfile>? with, params Uri[] servers)
    {
        const string Model = "tiny-math-prm";
        var profile = Profile(kind, Model, servers);
        return WithPoolAsync(with is null ? profile : with(profile), isReward: true, async (profile, pool) =>
            (await RemoteLoad.RewardAsync(profile, await VocabularyAsync(profile, Model, tokenizes, pool), pool, default)).Scorer);
    }

    static async Task<ILanguageModel> VocabularyAsync(ModelProfile profile, string model, bool tokenizes, EndpointPool pool) =>
        tokenizes ? await VocabularyLoad.OfAsync(profile, pool, default) : Models.Served(model);

    static async Task<T> WithPoolAsync<T>(ModelProfile profile, bool isReward, Func<ModelProfile, EndpointPool, Task<T>> load)
    {
        var pool = Pool(profile, isReward);
        try
        {
            return await load(profile, pool);
        }
        catch
        {
            pool.Dispose();
            throw;
        }
    }

    public static ModelProfile Profile(RemoteKind kind, string model, Uri[] servers) =>
        new ModelCatalog(new Dictionary<string, ModelOptions> { ["served"] = new() { Path = Models.PathOf(model) } }).Resolve("served") with
        {
            Remote = new() { Endpoints = servers, Kind = kind, Parameters = Models.Served(model).Facts.Parameters },
        };

    public static EndpointPool Pool(ModelProfile profile, bool isReward) =>
        new(profile.Remote!, profile.Name, isReward, RemoteConnections.Client(), TimeProvider.System, NullLogger.Instance);
}
