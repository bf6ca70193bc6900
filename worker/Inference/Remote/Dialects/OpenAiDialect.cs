using System.Text.Json;
using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Inference.Remote.Dialects;

/// <summary>
/// The completions API that most servers and gateways have. It takes token ids. It returns them only as an extension
/// (<c>return_token_ids</c>), so a server without that is refused when the model is loaded. Its log-probabilities are named by text, and
/// only those of the most probable tokens are given: it can't score.
/// </summary>
sealed class OpenAiDialect(string? model) : IRemoteDialect
{
    readonly VllmDialect _vllm = new(model);

    /// <summary>A gateway may read a number as a double.</summary>
    public long MaxSeed => _vllm.MaxSeed;

    public RemoteRequest Sample(SampleRequest request) => JsonRequest.Post("v1/completions", json =>
    {
        if (model is not null) json.WriteString("model", model);
        json.WriteIds("prompt", request.Prompt.Span);
        json.WriteNumber("n", 1);
        json.WriteNumber("max_tokens", request.MaxTokens);
        json.WriteBoolean("stream", false);
        json.WriteBoolean("echo", false);
        json.WriteNumber("seed", request.Seed);
        json.WriteNumber("temperature", request.Temperature);
        json.WriteNumber("top_p", request.Filter.TopP);
        // A server that does not know them refuses the request, and one that ignores them would sample otherwise than the job says.
        if (request.Filter.TopK != 0) json.WriteNumber("top_k", request.Filter.TopK);
        if (request.Filter.MinP > 0) json.WriteNumber("min_p", request.Filter.MinP);
        json.WriteNumber("presence_penalty", 0);
        json.WriteNumber("frequency_penalty", 0);
        json.WriteTexts("stop", request.Stop);
        json.WriteBoolean("return_token_ids", true);
    });

    public SampleReply ReadSample(JsonElement reply)
    {
        var read = _vllm.ReadSample(reply);
        // Without a stop reason a stop is either the text or the end: the tokens say which.
        return read.End == SampleEnd.EndOfGeneration && reply.Get("choices").First().Get("stop_reason") is null
            ? read with { End = SampleEnd.Unknown } : read;
    }

    public RemoteRequest? Score(ReadOnlySpan<int> tokens, int good, int bad) => null;

    public LabelReply ReadScore(JsonElement reply, int good, int bad) =>
        throw new ModelFaultException("a server of kind openai gives no scores");

    public IReadOnlyList<string> FactPaths => ["v1/models"];

    public RemoteFacts ReadFacts(IReadOnlyList<JsonElement?> replies, string? wanted)
    {
        var card = ModelCards.Find(replies[0], wanted);
        return new(card.Get("id").Text()!, card.Get("root").Text() ?? "", "",
            card.Get("max_model_len").Number() ?? card.Get("context_length").Number());
    }

    public RemoteRequest? Tokenize(string text, bool addSpecial = false, bool parseSpecial = false) => null;
}
