using Microsoft.Extensions.Logging;
using RebaseBatch.Contracts;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Gguf;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Remote;
using RebaseBatch.Inference.Remote.Dialects;

namespace RebaseBatch.Inference.Loading;

/// <summary>
/// Sets up models that are on servers. Only their vocabularies are loaded here: they need no KV cells, decode threads or GPUs of this
/// machine.
/// </summary>
/// <param name="runtime">Chosen at the first use.</param>
/// <param name="cacheFolder">Where vocabularies that were converted are kept.</param>
sealed class ServedModelLoader(Func<IInferenceRuntime> runtime, string cacheFolder, TimeProvider time, ILogger log)
{
    /// <param name="here">One with <see cref="ModelProfile.Remote"/> whose vocabulary is on this machine.</param>
    public async Task<LoadedPolicy> PolicyAsync(ModelProfile here, CancellationToken ct)
    {
        var pool = Pool(here, isReward: false);
        ILanguageModel? vocabulary = null;
        try
        {
            vocabulary = await VocabularyAsync(here, pool, ct);
            var (sampler, identity, facts) = await RemoteLoad.PolicyAsync(here, vocabulary, pool, ct);
            return new(identity, here.Prompt, sampler, EnvironmentOf(here, identity, facts) with { Prompt = here.Prompt.Identity })
            {
                Branches = Branches(here.Remote!),
            };
        }
        catch
        {
            pool.Dispose();
            vocabulary?.Dispose();
            throw;
        }
    }

    /// <inheritdoc cref="PolicyAsync"/>
    /// <param name="recognize">Finds the preset of a profile that names none, by its vocabulary.</param>
    public async Task<LoadedReward> RewardAsync(
        ModelProfile here, Func<ILanguageModel, ModelProfile, ModelProfile> recognize, CancellationToken ct)
    {
        var pool = Pool(here, isReward: true);
        ILanguageModel? vocabulary = null;
        try
        {
            var read = vocabulary = await VocabularyAsync(here, pool, ct);
            here = await vocabulary.ReadAsync(() => recognize(read, here), ct);
            var (scorer, identity, facts) = await RemoteLoad.RewardAsync(here, vocabulary, pool, ct);
            return new(identity, scorer, EnvironmentOf(here, identity, facts) with { Prompt = here.RewardIdentity }) { Profile = here };
        }
        catch
        {
            pool.Dispose();
            vocabulary?.Dispose();
            throw;
        }
    }

    /// <summary>The vocabulary, without weights. Whoever asks for it disposes it.</summary>
    /// <param name="pool">Servers that tokenize if the profile has no file. It stays the caller's.</param>
    public async Task<ILanguageModel> VocabularyAsync(ModelProfile here, EndpointPool pool, CancellationToken ct)
    {
        if (here.File is null) return await VocabularyLoad.OfAsync(here, pool, ct);
        var file = await VocabularyFile.GgufOfAsync(here.File.Path!, cacheFolder, ct);
        // Reading a large vocabulary takes a second, for which a pool thread is too good.
        return await Task.Factory.StartNew(() => runtime().LoadVocabulary(file),
            ct, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public EndpointPool Pool(ModelProfile profile, bool isReward) =>
        new(profile.Remote!, profile.Name, isReward, RemoteConnections.Client(), time, log);

    /// <summary>Sequences that the replicas serve at once.</summary>
    public static int Branches(RemoteModel remote) => remote.Endpoints.Count * remote.MaxConcurrency;

    static ModelEnvironment EnvironmentOf(ModelProfile profile, ModelIdentity identity, RemoteFacts facts) => new()
    {
        Sha256 = identity.Sha256, Quantisation = "", GpuLayers = 0, KvCache = "", FlashAttention = false, Contexts = 0, ThreadsPerCall = 0,
        Server = new()
        {
            Kind = StoredNames.Of(profile.Remote!.Kind), Version = Known(facts.Version), Model = facts.Model,
            Revision = Known(facts.Revision), Endpoints = profile.Remote.Endpoints.Count,
        },
    };

    static string? Known(string text) => text.Length > 0 ? text : null;
}
