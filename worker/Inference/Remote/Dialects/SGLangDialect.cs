using System.Text.Json;
using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Inference.Remote.Dialects;

/// <summary>
/// SGLang's own <c>/generate</c> (python/sglang/srt/managers/io_struct.py): token ids both ways. A score is the log-probability of two
/// given tokens (<c>token_ids_logprob</c>) at the one token that is sampled behind the text.
/// </summary>
/// <param name="model">The model's name at the server; null until it is known.</param>
sealed class SGLangDialect(string? model) : IRemoteDialect
{
    const string Generate = "generate";

    /// <summary>Some versions keep seeds in 32 bits with a sign, others in 64.</summary>
    public long MaxSeed => int.MaxValue;

    public RemoteRequest Sample(SampleRequest request) => JsonRequest.Post(Generate, json =>
    {
        json.WriteIds("input_ids", request.Prompt.Span);
        WriteParameters(json, request.MaxTokens, request.Temperature, request.Filter, request.Stop, request.Seed);
        json.WriteBoolean("return_logprob", false);
        json.WriteBoolean("stream", false);
    });

    public SampleReply ReadSample(JsonElement reply)
    {
        var ids = JsonReading.Ids(reply, "output_ids");
        var reason = reply.Get("meta_info").Get("finish_reason");
        // What matched is the stop text, or the id of an end-of-sequence token.
        var end = reason.Get("type").Text() switch
        {
            "stop" => reason.Get("matched").Text() is null ? SampleEnd.EndOfGeneration : SampleEnd.Stop,
            "length" => SampleEnd.Limit,
            "abort" => SampleEnd.Aborted,
            _ => SampleEnd.Unknown,
        };
        return new(ids, end, Usage(reply, ids.Length));
    }

    public RemoteRequest? Score(ReadOnlySpan<int> tokens, int good, int bad)
    {
        var prompt = tokens.ToArray();
        return JsonRequest.Post(Generate, json =>
        {
            json.WriteIds("input_ids", prompt);
            // Log-probabilities are those after temperature: at 1 they are the model's own.
            WriteParameters(json, maxTokens: 1, temperature: 1, SamplingFilter.Off, stop: null, seed: 0);
            json.WriteBoolean("return_logprob", true);
            // From the end of the prompt on: log-probabilities within the prompt would go past the prefix cache.
            json.WriteNumber("logprob_start_len", -1);
            json.WriteNumber("top_logprobs_num", 0);
            json.WriteIds("token_ids_logprob", [good, bad]);
            json.WriteBoolean("return_text_in_logprobs", false);
            json.WriteBoolean("stream", false);
        });
    }

    public LabelReply ReadScore(JsonElement reply, int good, int bad)
    {
        // One list a sampled token, of [log-probability, token id, text].
        var first = reply.Get("meta_info").Get("output_token_ids_logprobs").First();
        return new(Of(good), Of(bad), Usage(reply, sampled: 1));

        double Of(int label)
        {
            if (first is { ValueKind: JsonValueKind.Array } entries)
            {
                foreach (var entry in entries.EnumerateArray())
                {
                    if (entry is { ValueKind: JsonValueKind.Array } && entry.GetArrayLength() >= 2
                        && ((JsonElement?)entry[1]).Number() == label && ((JsonElement?)entry[0]).Real() is { } logProbability)
                        return logProbability;
                }
            }

            throw new ModelFaultException(
                $"the server's answer has no log-probability of token {label}: {JsonReading.Shown(first ?? reply.Get("meta_info"))}");
        }
    }

    public IReadOnlyList<string> FactPaths => ["v1/models", "get_model_info", "get_server_info"];

    public RemoteFacts ReadFacts(IReadOnlyList<JsonElement?> replies, string? wanted)
    {
        var card = ModelCards.Find(replies[0], wanted);
        var revision = string.Join(' ', new[] { replies[1].Get("model_path").Text() ?? card.Get("root").Text(),
            replies[1].Get("weight_version").Text() }.Where(part => !string.IsNullOrEmpty(part)));
        return new(card.Get("id").Text()!, revision, replies[2].Get("version").Text() ?? "",
            card.Get("max_model_len").Number() ?? replies[2].Get("context_length").Number());
    }

    public RemoteRequest? Tokenize(string text, bool addSpecial = false, bool parseSpecial = false) => JsonRequest.Post("tokenize", json =>
    {
        if (model is not null) json.WriteString("model", model);
        json.WriteString("prompt", text);
        json.WriteBoolean("add_special_tokens", addSpecial);
    });

    /// <remarks>Any number of sequences (python/sglang/srt/entrypoints/openai/serving_tokenize.py).</remarks>
    public IReadOnlyList<RemoteRequest>? Detokenize(IReadOnlyList<int[]> sequences) => [Texts(sequences, skipSpecial: false)];

    public IReadOnlyList<byte[]> ReadTexts(IReadOnlyList<JsonElement> replies, IReadOnlyList<int[]> sequences) =>
        replies[0].Get("text") is { ValueKind: JsonValueKind.Array } texts && texts.GetArrayLength() == sequences.Count
            ? [.. texts.EnumerateArray().Select(text => JsonReading.Utf8(text))]
            : throw new ModelFaultException($"the server's answer has no {sequences.Count} texts: {JsonReading.Shown(replies[0])}");

    /// <remarks>Without control tokens, only the anchor's text is left of both.</remarks>
    public IReadOnlyList<RemoteRequest> AskControl(int token, string name, int anchor) => [Texts([[anchor, token]], skipSpecial: true)];

    public bool ReadControl(IReadOnlyList<JsonElement> replies, string anchorText) =>
        replies[0].Get("text").First().Text() == anchorText;

    RemoteRequest Texts(IReadOnlyList<int[]> sequences, bool skipSpecial) => JsonRequest.Post("detokenize", json =>
    {
        if (model is not null) json.WriteString("model", model);
        json.WriteStartArray("tokens");
        foreach (var tokens in sequences)
        {
            json.WriteStartArray();
            foreach (var token in tokens) json.WriteNumberValue(token);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteBoolean("skip_special_tokens", skipSpecial);
    });

    static void WriteParameters(
        Utf8JsonWriter json, int maxTokens, float temperature, SamplingFilter filter, string? stop, long seed)
    {
        json.WriteStartObject("sampling_params");
        json.WriteNumber("n", 1);
        json.WriteNumber("max_new_tokens", maxTokens);
        json.WriteNumber("min_new_tokens", 0);
        json.WriteNumber("temperature", temperature);
        json.WriteNumber("top_p", filter.TopP);
        json.WriteNumber("top_k", filter.TopK == 0 ? -1 : filter.TopK);
        json.WriteNumber("min_p", filter.MinP);
        json.WriteNumber("repetition_penalty", 1);
        json.WriteNumber("presence_penalty", 0);
        json.WriteNumber("frequency_penalty", 0);
        json.WriteTexts("stop", stop);
        json.WriteBoolean("no_stop_trim", true);
        json.WriteBoolean("ignore_eos", false);
        // In its deterministic mode the server gives 42 to every request without a seed: all siblings would be the same.
        json.WriteNumber("sampling_seed", seed);
        json.WriteEndObject();
    }

    static RemoteUsage Usage(JsonElement reply, int sampled)
    {
        var meta = reply.Get("meta_info");
        return new(meta.Get("prompt_tokens").Number() ?? 0, meta.Get("cached_tokens").Number(),
            meta.Get("completion_tokens").Number() ?? sampled);
    }
}
