using System.Text.Json;
using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Inference.Remote.Dialects;

/// <summary>
/// llama-server's own <c>/completion</c> (llama.cpp, tools/server/server-schema.cpp): token ids both ways.
/// </summary>
/// <remarks>
/// The server gives no log-probabilities of chosen tokens, only of the most probable ones. So both labels get the same bias, which lifts
/// them above all other tokens, and only the two most probable tokens are left (<c>top_k</c> 2). Their probabilities after that
/// (<c>post_sampling_probs</c>) are the softmax over the two labels, in which the bias cancels out.
/// </remarks>
sealed class LlamaServerDialect : IRemoteDialect
{
    const string Completion = "completion";

    /// <summary>
    /// What both labels get. Logits are floats: at 100 they still have steps of 8e-6, which is 2e-6 of a score. If a label lies more than
    /// 100 below the greatest logit, another token comes back instead, and the answer is refused.
    /// </summary>
    const float Bias = 100;

    /// <summary>The least probability that is not 0. The server leaves tokens of probability 0 out.</summary>
    const double Least = float.Epsilon;

    /// <summary>
    /// A parser that reads nothing. The server's own parser answers 500 to a step whose bytes are no UTF-8 text, such as one that a limit
    /// cuts inside a character, and the same seed fails again each time (seen with build b10472). A server without the field ignores it.
    /// </summary>
    const string NoParser = """{"parsers":[{"type":"epsilon"}],"rules":{},"root":0}""";

    /// <summary>The server keeps 32 bits without a sign and reads them with one; the greatest value means a random seed.</summary>
    public long MaxSeed => int.MaxValue;

    public RemoteRequest Sample(SampleRequest request) => JsonRequest.Post(Completion, json =>
    {
        WriteHead(json, request.Prompt.Span, request.MaxTokens, request.Seed);
        json.WriteNumber("temperature", request.Temperature);
        json.WriteNumber("dynatemp_range", 0);
        // Temperature comes first, as in this program: llama.cpp's own order has it last.
        WriteSamplers(json, request.Filter.IsOff ? ["temperature"] : ["temperature", "top_k", "top_p", "min_p"]);
        json.WriteNumber("top_k", request.Filter.TopK);
        json.WriteNumber("top_p", request.Filter.TopP);
        json.WriteNumber("min_p", request.Filter.MinP);
        json.WriteStartArray("logit_bias");
        json.WriteEndArray();
        json.WriteTexts("stop", request.Stop);
        json.WriteNumber("n_probs", 0);
    });

    public SampleReply ReadSample(JsonElement reply)
    {
        var ids = JsonReading.Ids(reply, "tokens");
        var end = reply.Get("stop_type").Text() switch
        {
            "eos" => SampleEnd.EndOfGeneration,
            "word" => SampleEnd.Stop,
            "limit" => SampleEnd.Limit,
            _ => SampleEnd.Unknown,
        };
        return new(ids, end, Usage(reply, ids.Length));
    }

    public RemoteRequest? Score(ReadOnlySpan<int> tokens, int good, int bad)
    {
        var prompt = tokens.ToArray();
        return JsonRequest.Post(Completion, json =>
        {
            WriteHead(json, prompt, maxTokens: 1, seed: 0);
            WriteSamplers(json, ["top_k"]);
            json.WriteNumber("top_k", 2);
            json.WriteStartArray("logit_bias");
            foreach (var label in (ReadOnlySpan<int>)[good, bad])
            {
                json.WriteStartArray();
                json.WriteNumberValue(label);
                json.WriteNumberValue(Bias);
                json.WriteEndArray();
            }

            json.WriteEndArray();
            json.WriteNumber("n_probs", 2);
            json.WriteBoolean("post_sampling_probs", true);
        });
    }

    public LabelReply ReadScore(JsonElement reply, int good, int bad)
    {
        var top = reply.Get("completion_probabilities").First().Get("top_probs");
        var (ofGood, ofBad) = (0.0, 0.0);
        if (top is { ValueKind: JsonValueKind.Array } entries)
        {
            foreach (var entry in entries.EnumerateArray())
            {
                var (token, probability) = (entry.Get("id").Number(), entry.Get("prob").Real() ?? 0);
                if (token == good) ofGood = probability;
                else if (token == bad) ofBad = probability;
                else (ofGood, ofBad) = (double.NaN, double.NaN);
            }
        }

        // Negated, so that NaN is refused too.
        if (!(ofGood + ofBad > 0))
            throw new ModelFaultException($"the server's answer has no probabilities of the tokens {good} and {bad}: "
                + $"{JsonReading.Shown(top ?? reply)}; the model may not be a reward model with these labels");
        return new(Math.Log(Math.Max(ofGood, Least)), Math.Log(Math.Max(ofBad, Least)), Usage(reply, sampled: 1));
    }

    public IReadOnlyList<string> FactPaths => ["v1/models", "props"];

    /// <remarks>The server knows neither a name nor a revision of the weights: the file's name and size stand for them.</remarks>
    public RemoteFacts ReadFacts(IReadOnlyList<JsonElement?> replies, string? wanted)
    {
        var (card, props) = (ModelCards.Find(replies[0], wanted), replies[1]);
        var file = props.Get("model_path").Text() is { } path ? path[(path.LastIndexOfAny(['/', '\\']) + 1)..] : null;
        var revision = string.Join(' ', new[] { file, card.Get("meta").Get("n_params")?.GetRawText(),
            card.Get("meta").Get("size")?.GetRawText() }.Where(part => !string.IsNullOrEmpty(part)));
        return new(card.Get("id").Text()!, revision, props.Get("build_info").Text() ?? "",
            props.Get("default_generation_settings").Get("n_ctx").Number());
    }

    public bool ReadsPlainText => true;

    public bool GivesBytes => true;

    public RemoteRequest? Tokenize(string text, bool addSpecial = false, bool parseSpecial = false) => JsonRequest.Post("tokenize", json =>
    {
        json.WriteString("content", text);
        json.WriteBoolean("add_special", addSpecial);
        json.WriteBoolean("parse_special", parseSpecial);
        json.WriteBoolean("with_pieces", false);
    });

    /// <remarks>
    /// <c>/tokenize</c> takes token ids among its texts (tools/server/server-common.cpp, tokenize_mixed) and returns each one's piece:
    /// of one that is no text its bytes, which <c>/detokenize</c> does not give.
    /// </remarks>
    public IReadOnlyList<RemoteRequest>? Detokenize(IReadOnlyList<int[]> sequences) =>
    [
        JsonRequest.Post("tokenize", json =>
        {
            json.WriteIds("content", [.. sequences.SelectMany(tokens => tokens)]);
            json.WriteBoolean("add_special", false);
            json.WriteBoolean("parse_special", false);
            json.WriteBoolean("with_pieces", true);
        }),
    ];

    public IReadOnlyList<byte[]> ReadTexts(IReadOnlyList<JsonElement> replies, IReadOnlyList<int[]> sequences)
    {
        var count = sequences.Sum(tokens => tokens.Length);
        if (replies[0].Get("tokens") is not { ValueKind: JsonValueKind.Array } pieces || pieces.GetArrayLength() != count)
            throw new ModelFaultException($"the server's answer has no {count} pieces: {JsonReading.Shown(replies[0])}");
        var all = pieces.EnumerateArray().Select(entry => JsonReading.Utf8(entry, "piece")).ToList();
        var (texts, at) = (new List<byte[]>(sequences.Count), 0);
        foreach (var tokens in sequences)
        {
            texts.Add([.. all.Skip(at).Take(tokens.Length).SelectMany(piece => piece)]);
            at += tokens.Length;
        }

        return texts;
    }

    /// <remarks>Only the name of a control token has other tokens when control tokens are read in texts.</remarks>
    public IReadOnlyList<RemoteRequest> AskControl(int token, string name, int anchor) =>
        [Tokenize(name, addSpecial: false, parseSpecial: true)!, Tokenize(name, addSpecial: false, parseSpecial: false)!];

    public bool ReadControl(IReadOnlyList<JsonElement> replies, string anchorText) =>
        !JsonReading.Ids(replies[0], "tokens").AsSpan().SequenceEqual(JsonReading.Ids(replies[1], "tokens"));

    static void WriteHead(Utf8JsonWriter json, ReadOnlySpan<int> prompt, int maxTokens, long seed)
    {
        json.WriteIds("prompt", prompt);
        json.WriteNumber("n_predict", maxTokens);
        json.WriteNumber("seed", seed);
        json.WriteBoolean("stream", false);
        json.WriteBoolean("return_tokens", true);
        json.WriteBoolean("cache_prompt", true);
        json.WriteBoolean("ignore_eos", false);
        json.WriteNumber("mirostat", 0);
        json.WriteBoolean("backend_sampling", false);
        json.WriteString("chat_parser", NoParser);
    }

    static void WriteSamplers(Utf8JsonWriter json, ReadOnlySpan<string> samplers)
    {
        json.WriteStartArray("samplers");
        foreach (var sampler in samplers) json.WriteStringValue(sampler);
        json.WriteEndArray();
    }

    static RemoteUsage Usage(JsonElement reply, int sampled)
    {
        var prompt = reply.Get("tokens_evaluated").Number() ?? 0;
        var timings = reply.Get("timings");
        // Newer servers say what was cached, older ones what was not.
        var cached = timings.Get("cache_n").Number() ?? (timings.Get("prompt_n").Number() is { } fresh ? prompt - fresh : null);
        return new(prompt, cached is null ? null : Math.Clamp(cached.Value, 0, prompt),
            reply.Get("tokens_predicted").Number() ?? sampled);
    }
}
