using System.Reflection;
using LLama.Exceptions;
using LLama.Native;
using Microsoft.Extensions.Logging;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Inference.Llama.LLamaSharp;

/// <summary>
/// LLamaSharp with the native files of its backend package. It finds and loads them, and owns models, contexts and vocabularies; decode
/// calls go to the same file without its lock.
/// </summary>
sealed class LLamaSharpRuntime(ILogger log) : IInferenceRuntime
{
    // The build writes it down, because LLamaSharp.dll states 0.0.0.
    static readonly string s_version = typeof(LLamaSharpRuntime).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .First(fact => fact.Key == "LLamaSharpVersion").Value!;

    public InferenceRuntime Kind => InferenceRuntime.LLamaSharp;

    /// <exception cref="UserException">ModelUnusable: this machine can't load the native files.</exception>
    public IReadOnlyList<InferenceDevice> Devices()
    {
        LoadLibrary();
        return LLamaSharpLibrary.Backends.Devices();
    }

    /// <summary>LLamaSharp's version, and the commit that its native files state.</summary>
    /// <exception cref="UserException">ModelUnusable: this machine can't load the native files.</exception>
    public string Build()
    {
        LoadLibrary();
        return LLamaSharpLibrary.Backends.Commit is { } commit ? $"{s_version} (commit {commit})" : s_version;
    }

    public string Variant()
    {
        LoadLibrary();
        return LLamaSharpLibrary.Variant;
    }

    public ILanguageModel Load(string path, GpuPlacement gpu) => Load(path, gpu, ModelUse.Decoder);

    public ILanguageModel LoadEmbedder(string path, GpuPlacement gpu) => Load(path, gpu, ModelUse.Embedder);

    public ILanguageModel LoadVocabulary(string path) => Load(path, GpuPlacement.Cpu, ModelUse.Vocabulary);

    LLamaSharpModel Load(string path, GpuPlacement gpu, ModelUse use)
    {
        var remarks = new LoadRemarks(use.Check(path), writes: use is not ModelUse.Embedder);
        gpu.Check(Devices(), InferenceRuntime.LLamaSharp);
        var parameters = LLamaModelParams.Default();
        (parameters.n_gpu_layers, parameters.main_gpu) = (gpu.Layers, gpu.MainGpu);
        parameters.vocab_only = use is ModelUse.Vocabulary;
        parameters.split_mode =
            gpu.Split switch { GpuSplit.None => GPUSplitMode.None, GpuSplit.Row => GPUSplitMode.Row, _ => GPUSplitMode.Layer };
        LlamaLogLines.TakeError();
        LlamaLogLines.TakeWarnings();
        try
        {
            return new(SafeLlamaModelHandle.LoadFromFile(path, parameters), path, remarks, ContextGate.Of(gpu), use);
        }
        catch (LoadWeightsFailedException e)
        {
            throw new UserException(ExitCode.ModelUnusable,
                $"LLamaSharp could not load the model {path}: {LlamaLogLines.TakeError() ?? "it gave no reason"}", e);
        }
    }

    void LoadLibrary()
    {
        if (LLamaSharpLibrary.Load(log) is { } missing)
        {
            throw new UserException(ExitCode.ModelUnusable,
                $"the files of the runtime LLamaSharp can't be loaded: {missing}. Install or restore it, or leave "
                    + "Rebase:Inference:Runtime unset or set it to LlamaCpp");
        }
    }
}
