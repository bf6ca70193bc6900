using System.Globalization;
using System.Text.Json;
using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Inference.Remote.Dialects;

/// <summary>
/// vLLM's <c>/v1/completions</c> (vllm/entrypoints/openai/completion/protocol.py): token ids both ways, and a stop that keeps its tokens.
/// A score is the log-probability of two given tokens (<c>logprob_token_ids</c>) at the one token that is sampled behind the text. That
/// is exact, and the prefix cache is used. It is not used with <c>prompt_logprobs</c> and on the pooling routes.
/// </summary>
/// <param name="model">The model's name at the server; null until it is known.</param>
sealed class VllmDialect(string? model) : IRemoteDialect
{
    const string Completions = "v1/completions";

    /// <summary>vLLM takes 64 bits. A gateway may read a number as a double, which holds 53.</summary>
    public long MaxSeed => (1L << 53) - 1;

    public RemoteRequest Sample(SampleRequest request) => JsonRequest.Post(Completions, json =>
    {
        WriteHead(json, request.Prompt.Span, request.MaxTokens);
        json.WriteNumber("seed", request.Seed);
        WriteFilter(json, request.Temperature, request.Filter);
        json.WriteTexts("stop", request.Stop);
        json.WriteBoolean("include_stop_str_in_output", true);
    });

    public SampleReply ReadSample(JsonElement reply)
    {
        var choice = reply.Get("choices").First();
        var ids = JsonReading.Ids(choice, "token_ids");
        // The stop reason is the stop text, the id of a stop token, or null at the model's own end-of-sequence.
        var end = choice.Get("finish_reason").Text() switch
        {
            "stop" => choice.Get("stop_reason").Text() is null ? SampleEnd.EndOfGeneration : SampleEnd.Stop,
            "length" => SampleEnd.Limit,
            "abort" or "error" => SampleEnd.Aborted,
            _ => SampleEnd.Unknown,
        };
        return new(ids, end, Usage(reply, ids.Length));
    }

    public RemoteRequest? Score(ReadOnlySpan<int> tokens, int good, int bad)
    {
        var prompt = tokens.ToArray();
        return JsonRequest.Post(Completions, json =>
        {
            WriteHead(json, prompt, maxTokens: 1);
            json.WriteNumber("seed", 0);
            // The server may give log-probabilities after temperature and filters: with these they are the model's own.
            WriteFilter(json, temperature: 1, SamplingFilter.Off);
            json.WriteTexts("stop", null);
            json.WriteNumber("logprobs", 1);
            json.WriteIds("logprob_token_ids", [good, bad]);
            // Two tokens may have the same text.
            json.WriteBoolean("return_tokens_as_token_ids", true);
        });
    }

    public LabelReply ReadScore(JsonElement reply, int good, int bad)
    {
        var first = reply.Get("choices").First().Get("logprobs").Get("top_logprobs").First();
        return new(Of(good), Of(bad), Usage(reply, sampled: 1));

        double Of(int label) => first.Get(string.Create(CultureInfo.InvariantCulture, $"token_id:{label}")).Real()
            ?? throw new ModelFaultException($"the server's answer has no log-probability of token {label}: {JsonReading.Shown(first)}; "
                + "vLLM gives it from the version on that has logprob_token_ids");
    }

    /// <remarks>
    /// The route for models whose head the server has (vllm/entrypoints/pooling), such as Qwen2.5-Math-PRM. It goes past the prefix cache.
    /// </remarks>
    public RemoteRequest? Classify(ReadOnlySpan<int> tokens) => Pool(tokens, activated: true);

    public LabelReply ReadClasses(JsonElement reply)
    {
        var row = LastRow(reply);
        if (row.ValueKind is not JsonValueKind.Array || row.GetArrayLength() != 2
            || ((JsonElement?)row[0]).Real() is not { } bad || ((JsonElement?)row[1]).Real() is not { } good
            || good is < 0 or > 1 || Math.Abs(good + bad - 1) > 0.01)
            throw new ModelFaultException($"the server's answer has no probabilities of two classes: {JsonReading.Shown(reply)}; serve the "
                + "reward model with its head and with --runner pooling");
        return new(Math.Log(Math.Max(good, float.Epsilon)), Math.Log(Math.Max(bad, float.Epsilon)), Pooled(reply));
    }

    /// <remarks>
    /// The same route for a head of one number, such as Skywork-o1-Open-PRM's. vLLM has that model's class only by a plugin
    /// (SkyworkAI/skywork-o1-prm-inference). The number is asked for as the head gives it: of one number, a softmax makes 1.
    /// </remarks>
    public RemoteRequest? Value(ReadOnlySpan<int> tokens) => Pool(tokens, activated: false);

    public LabelReply ReadValue(JsonElement reply)
    {
        var row = LastRow(reply);
        return row.ValueKind is JsonValueKind.Array && row.GetArrayLength() == 1 && ((JsonElement?)row[0]).Real() is { } value
            ? new(value, Bad: 0, Pooled(reply))
            : throw new ModelFaultException($"the server's answer has no number for each token: {JsonReading.Shown(reply)}; serve the "
                + "reward model with its head, with the plugin that knows it, and with --runner pooling");
    }

    public IReadOnlyList<string> FactPaths => ["v1/models", "version"];

    /// <remarks>vLLM does not say which revision of the weights it loaded: <c>root</c> is the path or name that they came from.</remarks>
    public RemoteFacts ReadFacts(IReadOnlyList<JsonElement?> replies, string? wanted)
    {
        var card = ModelCards.Find(replies[0], wanted);
        return new(card.Get("id").Text()!, card.Get("root").Text() ?? "", replies[1].Get("version").Text() ?? "",
            card.Get("max_model_len").Number());
    }

    public RemoteRequest? Tokenize(string text, bool addSpecial = false, bool parseSpecial = false) => JsonRequest.Post("tokenize", json =>
    {
        if (model is not null) json.WriteString("model", model);
        json.WriteString("prompt", text);
        json.WriteBoolean("add_special_tokens", addSpecial);
    });

    /// <remarks>One sequence a request (vllm/entrypoints/serve/tokenize/protocol.py).</remarks>
    public IReadOnlyList<RemoteRequest>? Detokenize(IReadOnlyList<int[]> sequences) =>
        [.. sequences.Select(tokens => JsonRequest.Post("detokenize", json =>
        {
            if (model is not null) json.WriteString("model", model);
            json.WriteIds("tokens", tokens);
        }))];

    public IReadOnlyList<byte[]> ReadTexts(IReadOnlyList<JsonElement> replies, IReadOnlyList<int[]> sequences) =>
        [.. replies.Select(reply => JsonReading.Utf8(reply, "prompt"))];

    /// <remarks>The text of a completion has no control tokens, and this one can have no other token.</remarks>
    public IReadOnlyList<RemoteRequest> AskControl(int token, string name, int anchor) =>
    [
        JsonRequest.Post(Completions, json =>
        {
            WriteHead(json, [anchor], maxTokens: 1);
            WriteFilter(json, temperature: 0, SamplingFilter.Off);
            json.WriteIds("allowed_token_ids", [token]);
            json.WriteBoolean("skip_special_tokens", true);
        }),
    ];

    public bool ReadControl(IReadOnlyList<JsonElement> replies, string anchorText) =>
        replies[0].Get("choices").First().Get("text").Text() is null or "";

    RemoteRequest Pool(ReadOnlySpan<int> tokens, bool activated)
    {
        var input = tokens.ToArray();
        return JsonRequest.Post("pooling", json =>
        {
            if (model is not null) json.WriteString("model", model);
            json.WriteIds("input", input);
            json.WriteString("task", "token_classify");
            json.WriteString("encoding_format", "float");
            json.WriteBoolean("use_activation", activated);
        });
    }

    /// <summary>
    /// The head's output at the text's end. There is a row for each token, or with the pooling type STEP for each tag; the text ends with
    /// a tag.
    /// </summary>
    static JsonElement LastRow(JsonElement reply) =>
        reply.Get("data").First().Get("data") is { ValueKind: JsonValueKind.Array } rows && rows.GetArrayLength() > 0
            ? rows[rows.GetArrayLength() - 1] : default;

    static RemoteUsage Pooled(JsonElement reply) => new(reply.Get("usage").Get("prompt_tokens").Number() ?? 0, Cached: 0, Sampled: 0);

    void WriteHead(Utf8JsonWriter json, ReadOnlySpan<int> prompt, int maxTokens)
    {
        if (model is not null) json.WriteString("model", model);
        json.WriteIds("prompt", prompt);
        json.WriteNumber("n", 1);
        json.WriteNumber("max_tokens", maxTokens);
        json.WriteNumber("min_tokens", 0);
        json.WriteBoolean("stream", false);
        json.WriteBoolean("echo", false);
        json.WriteBoolean("ignore_eos", false);
        json.WriteBoolean("return_token_ids", true);
    }

    static void WriteFilter(Utf8JsonWriter json, float temperature, SamplingFilter filter)
    {
        json.WriteNumber("temperature", temperature);
        json.WriteNumber("top_p", filter.TopP);
        json.WriteNumber("top_k", filter.TopK);
        json.WriteNumber("min_p", filter.MinP);
        json.WriteNumber("repetition_penalty", 1);
        json.WriteNumber("presence_penalty", 0);
        json.WriteNumber("frequency_penalty", 0);
    }

    static RemoteUsage Usage(JsonElement reply, int sampled)
    {
        var usage = reply.Get("usage");
        return new(usage.Get("prompt_tokens").Number() ?? 0, usage.Get("prompt_tokens_details").Get("cached_tokens").Number(),
            usage.Get("completion_tokens").Number() ?? sampled);
    }
}
