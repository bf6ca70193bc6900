using System.Text.Json;
using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Tests.Support.RemoteModels;

/// <summary>How one server program writes requests and replies. It does no input or output.</summary>
interface IServedDialect
{
    /// <summary>The path to which generation requests are posted.</summary>
    string GeneratePath { get; }

    /// <summary>Whether a path is closed to requests without the key.</summary>
    bool NeedsKey(string path);

    /// <summary>What a generation request asks for.</summary>
    /// <param name="maxTokens">Longest sequence in tokens.</param>
    /// <exception cref="ServedRefusal">The server would not serve it.</exception>
    ServedSampling Read(JsonElement body, ServedIdentity identity, int maxTokens);

    /// <summary>Writes the reply to a generation request.</summary>
    void Write(Utf8JsonWriter json, JsonElement body, ServedIdentity identity, ILanguageModel model, ServedReply reply);

    /// <summary>The path to which requests for a head's output are posted; null where there is none.</summary>
    string? PoolingPath => null;

    /// <summary>The text whose head's output is asked for, and whether the head's activation is wanted.</summary>
    /// <param name="maxTokens">Longest sequence in tokens.</param>
    /// <exception cref="ServedRefusal">The server would not serve it.</exception>
    (int[] Tokens, bool Activated) ReadPooling(JsonElement body, ServedIdentity identity, int maxTokens) =>
        throw new NotSupportedException();

    /// <summary>Writes the head's output, a number for each token.</summary>
    void WritePooling(Utf8JsonWriter json, ServedIdentity identity, float[] values) => throw new NotSupportedException();

    /// <summary>Writes what a path that is read with GET says.</summary>
    /// <returns>False when there is no such path.</returns>
    bool Describe(string path, Utf8JsonWriter json, ServedIdentity identity, ILanguageModel model, int maxTokens);

    /// <summary>Writes the reply to <c>/tokenize</c>.</summary>
    void Tokenize(Utf8JsonWriter json, JsonElement body, ILanguageModel model, int maxTokens);

    /// <summary>Writes the reply to <c>/detokenize</c>.</summary>
    void Detokenize(Utf8JsonWriter json, JsonElement body, ILanguageModel model);

    void WriteError(Utf8JsonWriter json, ServedRefusal refusal);

    void WriteUnauthorized(Utf8JsonWriter json);
}
