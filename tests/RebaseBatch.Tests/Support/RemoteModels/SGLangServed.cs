using System.Text.Json;
using RebaseBatch.Core.Searching;
using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Tests.Support.RemoteModels;

/// <summary>SGLang's native API (python/sglang/srt/entrypoints/http_server.py and managers at commit 001067f).</summary>
sealed class SGLangServed : IServedDialect
{
    public string GeneratePath => "/generate";

    public bool NeedsKey(string path) => !path.StartsWith("/health", StringComparison.Ordinal);

    public ServedSampling Read(JsonElement body, ServedIdentity identity, int maxTokens)
    {
        if (body.Tokens("input_ids") is not { Length: > 0 } prompt) throw Bad("this server takes one list of input_ids");
        if (body.Flag("stream")) throw Bad("this server takes no stream");
        var sampling = body.Field("sampling_params") ?? JsonSerializer.SerializeToElement(new Dictionary<string, int>());
        if (sampling.Count("n", 1) != 1) throw Bad("this server takes no n");
        var wanted = sampling.Count("max_new_tokens", 128);
        if (prompt.Length >= maxTokens)
            throw Bad($"The input ({prompt.Length} tokens) is longer than the model's context length ({maxTokens} tokens).");
        if (prompt.Length + wanted > maxTokens)
            throw Bad($"Requested token count exceeds the model's maximum context length of {maxTokens} tokens. You requested a total of "
                + $"{prompt.Length + wanted} tokens: {prompt.Length} tokens from the input messages and {wanted} tokens for the "
                + "completion. Please reduce the number of tokens in the input messages or the completion to fit within the limit.");
        // Without a seed every request has the same one, under --enable-deterministic-inference: siblings are identical then.
        return new()
        {
            Prompt = prompt, MaxTokens = wanted, Temperature = (float)sampling.Number("temperature", 1),
            Filter = new(Math.Max(0, sampling.Count("top_k", -1)), sampling.Number("top_p", 1), sampling.Number("min_p", 0)),
            Seed = sampling.Field("sampling_seed")?.GetInt64() ?? 42, Stops = sampling.Texts("stop"),
            WantsProbabilities = body.Flag("return_logprob"), Labels = body.Tokens("token_ids_logprob") ?? [],
            Top = body.Count("top_logprobs_num", 0), AfterSampling = true, IgnoresEndOfGeneration = sampling.Flag("ignore_eos"),
        };
    }

    public void Write(Utf8JsonWriter json, JsonElement body, ServedIdentity identity, ILanguageModel model, ServedReply reply)
    {
        json.WriteStartObject();
        json.WriteString("text", reply.Text(body.Field("sampling_params")?.Flag("no_stop_trim") ?? false));
        json.WriteTokens("output_ids", reply.Tokens);
        json.WriteStartObject("meta_info");
        json.WriteString("id", body.Field("rid")?.GetString() ?? "0");
        json.WriteStartObject("finish_reason");
        json.WriteString("type", reply.End is StepEnd.Limit ? "length" : "stop");
        if (reply.End is StepEnd.Limit) json.WriteNumber("length", reply.Tokens.Length);
        else if (reply.End is StepEnd.EndOfGeneration) json.WriteNumber("matched", reply.Tokens[^1]);
        else json.WriteString("matched", reply.StopText);
        json.WriteEndObject();
        json.WriteNumber("prompt_tokens", reply.PromptTokens);
        json.WriteString("weight_version", identity.Weights);
        if (reply.Positions.Count > 0)
        {
            json.WriteStartArray("input_token_logprobs");
            json.WriteEndArray();
            json.WriteStartArray("output_token_logprobs");
            foreach (var position in reply.Positions) WriteProbability(json, position.Drawn);
            json.WriteEndArray();
            if (body.Count("top_logprobs_num", 0) > 0) WriteEach(json, "output_top_logprobs", reply, position => position.Top);
            if (body.Field("token_ids_logprob") is not null)
                WriteEach(json, "output_token_ids_logprobs", reply, position => position.Labels);
        }

        json.WriteNumber("completion_tokens", reply.Tokens.Length);
        json.WriteNumber("cached_tokens", reply.CachedTokens);
        json.WriteNumber("e2e_latency", 0.01);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public bool Describe(string path, Utf8JsonWriter json, ServedIdentity identity, ILanguageModel model, int maxTokens)
    {
        switch (path)
        {
            case "/health" or "/health_generate":
                return true;
            case "/get_model_info" or "/model_info":
                json.WriteStartObject();
                json.WriteString("model_path", identity.Path);
                json.WriteString("tokenizer_path", identity.Path);
                json.WriteBoolean("is_generation", true);
                json.WriteNull("preferred_sampling_params");
                json.WriteString("weight_version", identity.Weights);
                json.WriteEndObject();
                return true;
            case "/get_server_info" or "/server_info":
                json.WriteStartObject();
                json.WriteString("model_path", identity.Path);
                json.WriteString("served_model_name", identity.Model);
                json.WriteNull("context_length");
                json.WriteNumber("max_total_num_tokens", 4 * maxTokens);
                json.WriteNumber("max_req_input_len", maxTokens - 1);
                json.WriteString("version", identity.Version);
                json.WriteEndObject();
                return true;
            case "/v1/models":
                json.WriteModelList(identity, "sglang", () =>
                {
                    json.WriteString("root", identity.Model);
                    json.WriteNull("parent");
                    json.WriteNumber("max_model_len", maxTokens);
                });
                return true;
            default:
                return false;
        }
    }

    /// <remarks>Hugging Face's tokenizers read names of control tokens as such.</remarks>
    public void Tokenize(Utf8JsonWriter json, JsonElement body, ILanguageModel model, int maxTokens)
    {
        var tokens = model.Tokenize(
            body.Field("prompt")?.GetString() ?? "", body.Flag("add_special_tokens", true), parseSpecial: true);
        json.WriteStartObject();
        json.WriteTokens("tokens", tokens);
        json.WriteNumber("count", tokens.Length);
        json.WriteNumber("max_model_len", maxTokens);
        json.WriteEndObject();
    }

    /// <remarks>Of one list of tokens one text, of several lists several.</remarks>
    public void Detokenize(Utf8JsonWriter json, JsonElement body, ILanguageModel model)
    {
        var skips = body.Flag("skip_special_tokens", true);
        json.WriteStartObject();
        if (body.Tokens("tokens") is { } one) json.WriteString("text", Decoding.Text(model, one, skips));
        else
        {
            json.WriteStartArray("text");
            foreach (var list in body.GetProperty("tokens").EnumerateArray())
                json.WriteStringValue(Decoding.Text(model, list.EnumerateArray().Select(token => token.GetInt32()), skips));
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    public void WriteError(Utf8JsonWriter json, ServedRefusal refusal)
    {
        json.WriteStartObject();
        json.WriteStartObject("error");
        json.WriteString("message", refusal.Message);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public void WriteUnauthorized(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("error", "Unauthorized");
        json.WriteEndObject();
    }

    static ServedRefusal Bad(string message) => new(400, message);

    static void WriteEach(Utf8JsonWriter json, string name, ServedReply reply, Func<ServedPosition, ServedProbability[]> of)
    {
        json.WriteStartArray(name);
        foreach (var position in reply.Positions)
        {
            json.WriteStartArray();
            foreach (var probability in of(position)) WriteProbability(json, probability);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    /// <summary>Its logarithm, its token and the token's text, which is there only on request.</summary>
    static void WriteProbability(Utf8JsonWriter json, ServedProbability probability)
    {
        json.WriteStartArray();
        json.WriteNumberValue(probability.Logarithm);
        json.WriteNumberValue(probability.Token);
        json.WriteNullValue();
        json.WriteEndArray();
    }
}
