using RebaseBatch.Contracts;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Embeddings;
using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Inference.Loading;

/// <summary>An embedding model ready to embed.</summary>
/// <param name="Environment">How it runs.</param>
sealed record LoadedEmbedding(ModelIdentity Identity, TextEmbedder Embedder, ModelEnvironment Environment) : ILoadedModel
{
    public ModelRole Role => ModelRole.Embedding;
    public EngineStatistics Statistics => Embedder.Statistics;
    public bool IsAlive => Embedder.IsAlive;

    public void Dispose()
    {
        Embedder.Dispose();
        Embedder.Model.Dispose();
    }
}
