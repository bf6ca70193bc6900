using Microsoft.Extensions.Logging;
using RebaseBatch.Contracts;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Gguf;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Rewards;
using RebaseBatch.Inference.Scheduling;
using RebaseBatch.Inference.Scheduling.Scoring;
using RebaseBatch.Inference.Steps;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Remote;
using RebaseBatch.Platform.Telemetry;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Inference.Loading;

/// <summary>Loads model files and sets up their engines with this machine's options.</summary>
/// <param name="cache">Keeps fetched files; null where no model has an address.</param>
sealed partial class ModelLoader(InferenceOptions options, ILoggerFactory logs, ModelCache? cache = null, TimeProvider? time = null)
{
    // With 8 threads, 64 draws of 128,000 entries are 8 draws per thread, which take about a millisecond.
    const int MostSamplingThreads = 8;

    readonly ThreadBudget _threads = new(ContextLayout.ThreadsInAll(options, Environment.ProcessorCount));
    readonly ILogger _log = logs.CreateLogger<ModelLoader>();
    // Chosen at the first use: a command that loads no model needs no native file.
    readonly Lazy<ChosenRuntime> _chosen = new(() => InferenceRuntimes.Choose(options, logs.CreateLogger<ModelLoader>()));

    /// <summary>Loads models that are on servers.</summary>
    public ServedModelLoader Served => field ??= new(
        () => Runtime.Runtime, options.ModelCacheDirectory, time ?? TimeProvider.System, logs.CreateLogger<ServedModelLoader>());

    /// <summary>The runtime that decodes here.</summary>
    /// <exception cref="UserException">BadInput: the settings contradict each other.</exception>
    public ChosenRuntime Runtime => _chosen.Value;

    /// <summary>What can decode on this machine.</summary>
    public IReadOnlyList<InferenceDevice> Devices() => Runtime.Runtime.Devices();

    /// <summary>The model with those of its files that are on this machine, including fetched ones.</summary>
    public ModelProfile Here(ModelProfile profile) => profile.IsHere
        ? profile : With(profile, profile.File?.In(Cache), profile.Head?.In(Cache));

    /// <summary>The model with all its files on this machine. Fetches those that are missing.</summary>
    /// <exception cref="UserException">A file can't be fetched.</exception>
    public async Task<ModelProfile> FetchAsync(ModelProfile profile, CancellationToken ct) => profile.IsHere
        ? profile
        : With(profile, profile.File is null ? null : await profile.File.FetchAsync(Cache, ct),
            profile.Head is null ? null : await profile.Head.FetchAsync(Cache, ct));

    ModelCache Cache => cache
        ?? throw new InvalidOperationException("a model has a file at an address, and there is no cache to keep it in");

    static ModelProfile With(ModelProfile profile, ModelFile? file, ModelFile? head) => profile with
    {
        File = file,
        Head = head,
        Reward = profile.Reward with { Head = head?.Path },
    };

    public async Task<LoadedPolicy> LoadPolicyAsync(ModelProfile profile, CancellationToken ct)
    {
        if (profile.Remote is not null) return await Served.PolicyAsync(await FetchAsync(profile, ct), ct);
        var (model, identity) = await LoadAsync(profile, ct);
        try
        {
            var layout = LayoutOf(model, options.PolicyThreads);
            var contexts = Contexts(model, layout);
            LogRemarks(profile, model);
            return new(identity, profile.Prompt, new StepSampler(model, contexts, Engine(layout), _log),
                EnvironmentOf(model, identity, layout) with { Prompt = profile.Prompt.Identity })
            { Branches = options.MaxBranches };
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <param name="watch">Put around the model's convention; null for nothing. Of a model on a server nobody sees the logits.</param>
    public async Task<LoadedReward> LoadRewardAsync(
        ModelProfile profile, CancellationToken ct, Func<IRewardConvention, IRewardConvention>? watch = null)
    {
        profile = await FetchAsync(profile, ct);
        if (profile.Remote is not null) return await Served.RewardAsync(profile, Recognized, ct);
        var (model, identity) = await LoadAsync(profile, ct);
        try
        {
            profile = Recognized(model, profile);
            var convention = ConventionOf(model, profile);
            if (watch is not null) convention = watch(convention);
            var layout = LayoutOf(model, options.RewardThreads);
            var swapping = SwappingLayout.Choose(layout, model.Facts, options, _threads.Threads);
            var engines = ScoringEngines(model, layout, swapping, convention.Reads);
            LogRemarks(profile, model);
            return new(identity, new StepScorer(model, engines, convention),
                EnvironmentOf(model, identity, layout with { Contexts = swapping?.Readers ?? layout.Contexts }) with
                {
                    Prompt = profile.RewardIdentity,
                })
            { Profile = profile };
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>The profile with the preset that the file was recognized as, if it was.</summary>
    /// <exception cref="UserException">Two presets fit, or the recognized one lacks its head.</exception>
    public ModelProfile Recognized(ILanguageModel model, ModelProfile profile)
    {
        var recognized = RewardRecognition.Of(model, profile);
        if (recognized.IsRecognized && !profile.IsRecognized) _log.RewardRecognized(profile.Name, recognized.Preset!);
        return recognized;
    }

    /// <summary>The model's reward convention, after the checks that the model is read as it was trained.</summary>
    /// <exception cref="UserException">Its vocabulary or its head does not fit, or it fails the self-test of its catalog entry.</exception>
    public IRewardConvention ConventionOf(ILanguageModel model, ModelProfile profile)
    {
        var convention = profile.Convention.For(model, profile.Reward, profile.Name);
        profile.SelfTest?.Check(model, convention, profile.Name, RewardContext(model));
        return convention;
    }

    /// <summary>How contexts of a reward model are opened here.</summary>
    public DecodeContextOptions RewardContext(ILanguageModel model) => ContextOf(LayoutOf(model, options.RewardThreads));

    /// <summary>The devices that decode, with their descriptions: not a GPU without layers.</summary>
    public IReadOnlyList<string> DecodingDevices() => [.. Devices().Where(device => !device.IsGpu || options.GpuLayers != 0)
        .Select(device => $"{device.Name}: {device.Description}")];

    /// <summary>What the models run on.</summary>
    public RunEnvironment EnvironmentOf(LoadedPolicy policy, LoadedReward? reward, LoadedEmbedding? embedding = null) => new()
    {
        Program = ProgramVersion.Text, Runtime = StoredNames.Of(Runtime.Runtime.Kind),
        RuntimeBuild = Runtime.Runtime.Build(),
        // For models on servers no device decodes here.
        Devices = IsServed(policy.Environment) && IsServed(reward?.Environment) && embedding is null ? [] : DecodingDevices(),
        Policy = policy.Environment, Reward = reward?.Environment, Embedding = embedding?.Environment,
    };

    static bool IsServed(ModelEnvironment? environment) => environment is null or { Server: not null };

    /// <summary>Loads a file without an engine.</summary>
    public async Task<(ILanguageModel Model, ModelIdentity Identity)> LoadAsync(ModelProfile profile, CancellationToken ct)
    {
        profile = await FetchAsync(profile, ct);
        var file = profile.File!;
        IReadOnlyList<FileStamp> stamps = [.. profile.Files().Select(FileStamp.Of)];
        var hash = profile.HashAsync(ct);
        // Loading blocks for seconds: it must not take a pool thread that others wait for.
        var model = await Task.Factory.StartNew(() => profile.Role is ModelRole.Embedding
                ? Runtime.Runtime.LoadEmbedder(file.Path!, options.Placement) : Runtime.Runtime.Load(file.Path!, options.Placement),
            ct, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            var identity = new ModelIdentity(profile.Name, (await hash)!, model.Facts.Parameters);
            // What was hashed would not be what was loaded.
            if (stamps.Any(stamp => stamp.HasChanged()))
                throw new UserException(ExitCode.ModelUnusable,
                    $"the files of the model '{profile.Name}' changed while they were loaded: try again when they are complete");
            return (model, identity);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>The layout that a model gets on this machine.</summary>
    /// <param name="threads">Threads that are configured for its calls; 0 chooses.</param>
    public ContextLayout LayoutOf(ILanguageModel model, int threads) =>
        ContextLayout.Choose(model.Facts, options, threads, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, Environment.ProcessorCount);

    /// <summary>Sizes of one context.</summary>
    public DecodeContextOptions ContextOf(ContextLayout layout) => new()
    {
        Cells = layout.Cells,
        BatchTokens = options.BatchTokens,
        MaxSequences = Math.Max(options.MaxSequences, options.MaxBranches),
        Threads = layout.ThreadsPerCall,
        FlashAttention = layout.FlashAttention,
        KvCacheType = options.KvCacheType,
    };

    /// <summary>Logs what is wrong or worth knowing about a model that was loaded.</summary>
    public void LogRemarks(ModelProfile profile, ILanguageModel model)
    {
        foreach (var remark in model.Remarks)
        {
            if (remark.Spoils) _log.ModelSpoiled(profile.Name, remark.Text);
            else _log.ModelRemarked(profile.Name, remark.Text);
        }
    }

    ModelEnvironment EnvironmentOf(ILanguageModel model, ModelIdentity identity, ContextLayout layout) => new()
    {
        Sha256 = identity.Sha256,
        Quantisation = GgufFileType.NameOf(model.Metadata("general.file_type")) ?? model.Facts.Description,
        GpuLayers = options.GpuLayers, KvCache = StoredNames.Of(options.KvCacheType), FlashAttention = layout.FlashAttention,
        Contexts = layout.Contexts, ThreadsPerCall = layout.ThreadsPerCall,
    };

    List<IDecodeContext> Contexts(ILanguageModel model, ContextLayout layout, bool hidden = false) =>
        [.. Enumerable.Range(0, layout.Contexts).Select(_ => model.CreateContext(ContextOf(layout) with { HiddenStates = hidden }))];

    IScoringEngines ScoringEngines(ILanguageModel model, ContextLayout layout, SwappingLayout? swapping, ModelOutput reads)
    {
        var (hidden, engine) = (reads is ModelOutput.HiddenState, Engine(layout) with { Output = reads });
        if (swapping is null) return new EngineGroup("reward", Contexts(model, layout, hidden), model.Facts.VocabularySize, engine, _log);
        var context = ContextOf(layout) with { Cells = swapping.Cells, MaxSequences = SwappingLayout.Siblings, HiddenStates = hidden };
        return new SwappingEngines(
            "reward", [.. Enumerable.Range(0, swapping.Readers).Select(_ => model.CreateContext(context))], model.Facts.VocabularySize,
            engine with { EnoughTokens = swapping.EnoughTokens }, swapping.Longest, swapping.SavedCells, model.Facts.KvBytesPerCell, _log);
    }

    EngineOptions Engine(ContextLayout layout) => new()
    {
        MaxRunning = options.MaxBranches,
        // A GPU's calls need no core for themselves, so all cores may draw tokens between two calls.
        Threads = options.GpuLayers == 0 ? _threads : null,
        SamplingThreads = options.GpuLayers == 0 ? 1 : Math.Min(Environment.ProcessorCount, MostSamplingThreads),
        ThreadsPerCall = layout.ThreadsPerCall,
        SequencesPerEngine = layout.SequencesPerContext,
        MostThreadsPerCall = options.GpuLayers == 0 ? layout.MostThreadsPerCall : layout.ThreadsPerCall,
    };
}
