using RebaseBatch.Inference.Catalog;

namespace RebaseBatch.Inference.Remote.Dialects;

static class RemoteDialect
{
    /// <summary>What a server of this kind understands.</summary>
    /// <param name="model">The model's name at the server; null until it is known.</param>
    public static IRemoteDialect Of(RemoteKind kind, string? model) => kind switch
    {
        RemoteKind.Vllm => new VllmDialect(model),
        RemoteKind.SGLang => new SGLangDialect(model),
        RemoteKind.LlamaServer => new LlamaServerDialect(),
        RemoteKind.OpenAi => new OpenAiDialect(model),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}
