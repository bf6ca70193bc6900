using System.Text.Json.Serialization;

namespace RebaseBatch.Inference.Catalog;

/// <summary>The program that serves a remote model. Each one has its own requests.</summary>
enum RemoteKind
{
    [JsonStringEnumMemberName("vllm")]
    Vllm,

    [JsonStringEnumMemberName("sglang")]
    SGLang,

    [JsonStringEnumMemberName("llama-server")]
    LlamaServer,

    /// <summary>Any other server of the OpenAI completions API, as far as it takes and returns token ids.</summary>
    [JsonStringEnumMemberName("openai")]
    OpenAi,
}
