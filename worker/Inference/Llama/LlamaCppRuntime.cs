using Microsoft.Extensions.Logging;
using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Inference.Llama;

/// <summary>llama.cpp through the program's own binding.</summary>
/// <param name="libraryDirectory">Folder of its native files.</param>
sealed class LlamaCppRuntime(string libraryDirectory, ILogger log) : IInferenceRuntime
{
    public InferenceRuntime Kind => InferenceRuntime.LlamaCpp;

    public IReadOnlyList<InferenceDevice> Devices()
    {
        LlamaLibrary.Load(libraryDirectory, log);
        return LlamaLibrary.Devices();
    }

    public string Build()
    {
        LlamaLibrary.Load(libraryDirectory, log);
        return LlamaLibrary.Build();
    }

    public string Variant()
    {
        LlamaLibrary.Load(libraryDirectory, log);
        return LlamaLibrary.Variant(libraryDirectory);
    }

    public ILanguageModel Load(string path, GpuPlacement gpu) => new LlamaModel(path, gpu, libraryDirectory, log);

    public ILanguageModel LoadEmbedder(string path, GpuPlacement gpu) =>
        new LlamaModel(path, gpu, libraryDirectory, log, ModelUse.Embedder);

    public ILanguageModel LoadVocabulary(string path) =>
        new LlamaModel(path, GpuPlacement.Cpu, libraryDirectory, log, ModelUse.Vocabulary);
}
