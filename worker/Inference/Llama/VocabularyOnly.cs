namespace RebaseBatch.Inference.Llama;

/// <summary>What both runtimes say of a model of which only the vocabulary was loaded.</summary>
static class VocabularyOnly
{
    public static InvalidOperationException NoContext(string path) =>
        new($"only the vocabulary of {path} was loaded, and a context needs the weights: load the file as a model");
}
