using System.Globalization;
using System.Text;
using System.Text.Json;
using RebaseBatch.Core.Searching;
using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Tests.Support.RemoteModels;

/// <summary>vLLM's OpenAI-compatible server (vllm/entrypoints/openai/completion at commit 002032e).</summary>
sealed class VllmServed : IServedDialect
{
    /// <summary>A bias above all logits.</summary>
    const float Allowed = 1e6f;

    public string GeneratePath => "/v1/completions";

    public bool NeedsKey(string path) => path.StartsWith("/v1/", StringComparison.Ordinal);

    public ServedSampling Read(JsonElement body, ServedIdentity identity, int maxTokens)
    {
        if (body.Field("model")?.GetString() is { } model && model != identity.Model)
            throw new ServedRefusal(404, $"The model `{model}` does not exist.", "NotFoundError");
        if (body.Tokens("prompt") is not { Length: > 0 } prompt) throw Bad("this server takes one prompt of token ids");
        if (body.Count("n", 1) != 1 || body.Flag("stream") || body.Flag("echo")) throw Bad("this server takes no n, stream or echo");
        var wanted = body.Count("max_tokens", 16);
        if (wanted < 1) throw Bad("max_tokens must be at least 1, got 0.");
        if (prompt.Length + wanted > maxTokens)
            throw Bad($"This model's maximum context length is {maxTokens} tokens. However, you requested {wanted} output tokens and your "
                + $"prompt contains at least {prompt.Length} input tokens, for a total of at least {prompt.Length + wanted} tokens. Please "
                + "reduce the length of the input prompt or the number of requested output tokens.");
        var labels = body.Tokens("logprob_token_ids");
        if (labels is not null && body.Field("logprobs") is null)
            throw Bad("when using `logprob_token_ids`, `logprobs` must be set.");
        // What is not set comes from the model's generation_config.json. This one is like Qwen's.
        return new()
        {
            Prompt = prompt, MaxTokens = wanted, Temperature = (float)body.Number("temperature", 0.7),
            Filter = new(Math.Max(0, body.Count("top_k", 20)), body.Number("top_p", 0.8), body.Number("min_p", 0)),
            Seed = body.Field("seed")?.GetInt64() ?? Random.Shared.NextInt64(), Stops = body.Texts("stop"),
            WantsProbabilities = body.Field("logprobs") is not null, Labels = labels ?? [],
            Top = labels is null ? body.Count("logprobs", 0) : 0, IgnoresEndOfGeneration = body.Flag("ignore_eos"),
            Biases = [.. (body.Tokens("allowed_token_ids") ?? []).Select(token => (token, Allowed))],
        };
    }

    public void Write(Utf8JsonWriter json, JsonElement body, ServedIdentity identity, ILanguageModel model, ServedReply reply)
    {
        json.WriteStartObject();
        json.WriteString("id", "cmpl-0");
        json.WriteString("object", "text_completion");
        json.WriteNumber("created", 1_780_000_000);
        json.WriteString("model", identity.Model);
        json.WriteStartArray("choices");
        json.WriteStartObject();
        json.WriteNumber("index", 0);
        json.WriteString("text", reply.Text(body.Flag("include_stop_str_in_output")));
        if (reply.Positions.Count == 0) json.WriteNull("logprobs");
        else WriteProbabilities(json, body, model, reply);
        json.WriteString("finish_reason", reply.End is StepEnd.Limit ? "length" : "stop");
        json.WriteString("stop_reason", reply.StopText);
        if (body.Flag("return_token_ids"))
        {
            json.WriteTokens("token_ids", reply.Tokens);
            json.WriteTokens("prompt_token_ids", body.Tokens("prompt"));
        }
        else
        {
            json.WriteNull("token_ids");
            json.WriteNull("prompt_token_ids");
        }

        json.WriteNull("prompt_logprobs");
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartObject("usage");
        json.WriteNumber("prompt_tokens", reply.PromptTokens);
        json.WriteNumber("total_tokens", reply.PromptTokens + reply.Tokens.Length);
        json.WriteNumber("completion_tokens", reply.Tokens.Length);
        if (identity.CountsCachedTokens)
        {
            json.WriteStartObject("prompt_tokens_details");
            json.WriteNumber("cached_tokens", reply.CachedTokens);
            json.WriteEndObject();
        }
        else json.WriteNull("prompt_tokens_details");

        json.WriteEndObject();
        json.WriteEndObject();
    }

    public string? PoolingPath => "/pooling";

    /// <summary>vllm/entrypoints/pooling/pooling at the same commit.</summary>
    public (int[] Tokens, bool Activated) ReadPooling(JsonElement body, ServedIdentity identity, int maxTokens)
    {
        if (body.Field("model")?.GetString() is { } model && model != identity.Model)
            throw new ServedRefusal(404, $"The model `{model}` does not exist.", "NotFoundError");
        if (body.Field("task")?.GetString() is not (null or "token_classify")) throw Bad("Unsupported task");
        if (body.Tokens("input") is not { Length: > 0 } input) throw Bad("this server takes one input of token ids");
        if (input.Length > maxTokens)
            throw Bad($"This model's maximum context length is {maxTokens} tokens. However, your request has {input.Length} input tokens.");
        return (input, body.Flag("use_activation", true));
    }

    public void WritePooling(Utf8JsonWriter json, ServedIdentity identity, float[] values)
    {
        json.WriteStartObject();
        json.WriteString("id", "pool-0");
        json.WriteString("object", "list");
        json.WriteNumber("created", 1_780_000_000);
        json.WriteString("model", identity.Model);
        json.WriteStartArray("data");
        json.WriteStartObject();
        json.WriteNumber("index", 0);
        json.WriteString("object", "pooling");
        json.WriteStartArray("data");
        foreach (var value in values)
        {
            json.WriteStartArray();
            json.WriteNumberValue(value);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartObject("usage");
        json.WriteNumber("prompt_tokens", values.Length);
        json.WriteNumber("total_tokens", values.Length);
        json.WriteNumber("completion_tokens", 0);
        json.WriteNull("prompt_tokens_details");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public bool Describe(string path, Utf8JsonWriter json, ServedIdentity identity, ILanguageModel model, int maxTokens)
    {
        if (path == "/version")
        {
            json.WriteStartObject();
            json.WriteString("version", identity.Version);
            json.WriteEndObject();
            return true;
        }

        if (path != "/v1/models") return path == "/health";
        json.WriteModelList(identity, "vllm", () =>
        {
            json.WriteString("root", identity.Path);
            json.WriteNull("parent");
            json.WriteNumber("max_model_len", maxTokens);
        });
        return true;
    }

    /// <remarks>Hugging Face's tokenizers read names of control tokens as such.</remarks>
    public void Tokenize(Utf8JsonWriter json, JsonElement body, ILanguageModel model, int maxTokens)
    {
        var tokens = model.Tokenize(
            body.Field("prompt")?.GetString() ?? "", body.Flag("add_special_tokens", true), parseSpecial: true);
        json.WriteStartObject();
        json.WriteNumber("count", tokens.Length);
        json.WriteNumber("max_model_len", maxTokens);
        json.WriteTokens("tokens", tokens);
        json.WriteNull("token_strs");
        json.WriteEndObject();
    }

    public void Detokenize(Utf8JsonWriter json, JsonElement body, ILanguageModel model)
    {
        var tokens = body.Tokens("tokens") ?? throw Bad("Input should be a valid list");
        json.WriteStartObject();
        json.WriteString("prompt", Decoding.Text(model, tokens, skipSpecial: false));
        json.WriteEndObject();
    }

    public void WriteError(Utf8JsonWriter json, ServedRefusal refusal)
    {
        json.WriteStartObject();
        json.WriteStartObject("error");
        json.WriteString("message", refusal.Message);
        json.WriteString("type", refusal.Type ?? "InternalServerError");
        json.WriteNull("param");
        json.WriteNumber("code", refusal.Status);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public void WriteUnauthorized(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("error", "Unauthorized");
        json.WriteEndObject();
    }

    static ServedRefusal Bad(string message) => new(400, message, "BadRequestError");

    static void WriteProbabilities(Utf8JsonWriter json, JsonElement body, ILanguageModel model, ServedReply reply)
    {
        var ids = body.Flag("return_tokens_as_token_ids");
        json.WriteStartObject("logprobs");
        json.WriteStartArray("text_offset");
        var offset = 0;
        foreach (var position in reply.Positions)
        {
            json.WriteNumberValue(offset);
            offset += Name(position.Drawn.Token).Length;
        }

        json.WriteEndArray();
        json.WriteStartArray("token_logprobs");
        foreach (var position in reply.Positions) json.WriteNumberValue(Logarithm(position.Drawn));
        json.WriteEndArray();
        json.WriteStartArray("tokens");
        foreach (var position in reply.Positions) json.WriteStringValue(Name(position.Drawn.Token));
        json.WriteEndArray();
        json.WriteStartArray("top_logprobs");
        foreach (var (drawn, labels, top) in reply.Positions)
        {
            // A map from texts: of two tokens with one text only the last one is there.
            var map = new Dictionary<string, double>();
            map[Name(drawn.Token)] = Logarithm(drawn);
            foreach (var probability in labels) map[Name(probability.Token)] = Logarithm(probability);
            foreach (var probability in top) map[Name(probability.Token)] = Logarithm(probability);
            json.WriteStartObject();
            foreach (var (name, logarithm) in map) json.WriteNumber(name, logarithm);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();

        string Name(int token) => ids
            ? string.Create(CultureInfo.InvariantCulture, $"token_id:{token}") : Encoding.UTF8.GetString(model.Piece(token));
    }

    static double Logarithm(ServedProbability probability) => Math.Max(probability.Logarithm, -9999);
}
