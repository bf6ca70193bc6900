using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Embeddings;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Inference.Loading;

/// <content>Embedding models.</content>
sealed partial class ModelLoader
{
    /// <exception cref="UserException">It can't be loaded, or embeds nothing.</exception>
    public async Task<LoadedEmbedding> LoadEmbeddingAsync(ModelProfile profile, CancellationToken ct)
    {
        var (model, identity) = await LoadAsync(profile, ct);
        try
        {
            var layout = LayoutOf(model, options.RewardThreads) with { Contexts = 1 };
            var context = model.CreateEmbeddingContext(EmbeddingContextOf(model));
            LogRemarks(profile, model);
            var embedder = new TextEmbedder(profile.Name, model, context, Engine(layout), _log);
            return new(identity, embedder, EnvironmentOf(model, identity, layout));
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>How a context that embeds texts is opened here.</summary>
    public EmbeddingContextOptions EmbeddingContextOf(ILanguageModel model)
    {
        var isEncoder = model.Metadata($"{model.Metadata("general.architecture")}.attention.causal") is "false";
        return EmbeddingLayout.Choose(
            model.Facts, isEncoder, options, LayoutOf(model, options.RewardThreads).ThreadsPerCall,
            GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
    }
}
