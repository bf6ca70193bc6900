using Microsoft.Extensions.Logging;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Engine;
using RebaseBatch.Inference.LlamaCpp;
using RebaseBatch.Inference.Rewards;
using RebaseBatch.Inference.Steps;

namespace RebaseBatch.Inference;

/// <summary>Loads model files and sets their engines up to this machine's options.</summary>
sealed class ModelLoader(InferenceOptions options, ILoggerFactory logs)
{
    /// <summary>KV memory a context takes when nothing else is asked for: an eighth of the machine's, between these cells.</summary>
    const int FewestCells = 2048, MostCells = 16_384;

    readonly ILogger _log = logs.CreateLogger<ModelLoader>();

    public string LibraryDirectory => options.LlamaDirectory ?? Path.Combine(AppContext.BaseDirectory, "native", "llama");

    /// <summary>What can decode here.</summary>
    public IReadOnlyList<InferenceDevice> Devices()
    {
        LlamaLibrary.Load(LibraryDirectory, _log);
        return LlamaLibrary.Devices();
    }

    public async Task<LoadedPolicy> LoadPolicyAsync(ModelProfile profile, CancellationToken ct)
    {
        var (model, identity) = await LoadAsync(profile, ct);
        try
        {
            var context = model.CreateContext(ContextOf(model, options.PolicyThreads));
            return new(identity, profile.Prompt, new StepSampler(model, context, Engine, _log));
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    public async Task<LoadedReward> LoadRewardAsync(ModelProfile profile, CancellationToken ct)
    {
        var (model, identity) = await LoadAsync(profile, ct);
        try
        {
            var convention = new MathShepherdConvention(model, profile.Reward, profile.Name);
            var context = model.CreateContext(ContextOf(model, options.RewardThreads));
            return new(identity, new StepScorer(model, context, convention, Engine, _log));
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Loads a file without an engine, to see whether it can be.</summary>
    public async Task<(ILanguageModel Model, ModelIdentity Identity)> LoadAsync(ModelProfile profile, CancellationToken ct)
    {
        GgufFile.Check(profile.Path);
        var hash = ModelIdentity.HashAsync(profile.Path, ct);
        // Loading blocks for seconds: not on a pool thread that others wait for.
        var model = await Task.Factory.StartNew(() => new LlamaModel(profile.Path, options.GpuLayers, LibraryDirectory, _log),
            ct, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            return (model, new(profile.Name, await hash, model.Facts.Parameters));
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    EngineOptions Engine => new() { MaxBranches = options.MaxBranches };

    /// <summary>Sizes of the context that a model gets on this machine.</summary>
    /// <param name="threads">As configured: 0 chooses.</param>
    public DecodeContextOptions ContextOf(ILanguageModel model, int threads)
    {
        var affordable = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 8 / Math.Max(1, model.Facts.KvBytesPerCell);
        return new()
        {
            Cells = options.ContextCells > 0 ? Math.Max(256, options.ContextCells) : (int)Math.Clamp(affordable, FewestCells, MostCells),
            BatchTokens = options.BatchTokens,
            MaxSequences = Math.Max(options.MaxSequences, options.MaxBranches),
            Threads = Threads(threads),
        };
    }

    // Two models decode at the same time, so each gets half of the cores.
    static int Threads(int configured) => configured > 0 ? configured : Math.Clamp(Environment.ProcessorCount / 2, 1, 64);
}
