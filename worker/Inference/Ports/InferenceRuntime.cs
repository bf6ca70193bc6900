using System.Text.Json.Serialization;

namespace RebaseBatch.Inference.Ports;

/// <summary>The library that decodes.</summary>
enum InferenceRuntime
{
    /// <summary>The program's own binding to llama.cpp and the files that come with it.</summary>
    [JsonStringEnumMemberName("llama_cpp")]
    LlamaCpp,

    /// <summary>LLamaSharp and the files of its backend package.</summary>
    [JsonStringEnumMemberName("llama_sharp")]
    LLamaSharp,
}
