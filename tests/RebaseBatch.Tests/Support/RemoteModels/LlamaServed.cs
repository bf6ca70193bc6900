using System.Globalization;
using System.Text;
using System.Text.Json;
using RebaseBatch.Core.Searching;
using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Tests.Support.RemoteModels;

/// <summary>
/// llama.cpp's llama-server (tools/server). Filters come after the temperature here; in llama-server in the order of <c>samplers</c>.
/// </summary>
sealed class LlamaServed : IServedDialect
{
    public string GeneratePath => "/completion";

    public bool NeedsKey(string path) => path is not ("/health" or "/v1/health" or "/models" or "/v1/models");

    public ServedSampling Read(JsonElement body, ServedIdentity identity, int maxTokens)
    {
        if (body.Tokens("prompt") is not { Length: > 0 } prompt) throw Bad("this server takes one prompt of token ids");
        if (body.Flag("stream")) throw Bad("this server takes no stream");
        if (prompt.Length >= maxTokens)
        {
            var message = $"request ({prompt.Length} tokens) exceeds the available context size ({maxTokens} tokens), try increasing it";
            throw new ServedRefusal(400, message, "exceed_context_size_error") { Sizes = (prompt.Length, maxTokens) };
        }

        var wanted = body.Count("n_predict", -1);
        string[]? samplers = body.Field("samplers") is { ValueKind: JsonValueKind.Array } list
            ? [.. list.EnumerateArray().Select(name => name.GetString()!)] : null;
        var after = body.Flag("post_sampling_probs");
        return new()
        {
            // A generation ends where the context does, without an error.
            Prompt = prompt, MaxTokens = Math.Min(wanted < 0 ? int.MaxValue : Math.Max(1, wanted), maxTokens - prompt.Length),
            Temperature = Has("temperature") ? (float)body.Number("temperature", 0.8) : 1, Filter = new(
                Has("top_k") ? Math.Max(0, body.Count("top_k", 40)) : 0, Has("top_p") ? body.Number("top_p", 0.95) : 1,
                Has("min_p") ? body.Number("min_p", 0.05) : 0),
            Seed = body.Field("seed")?.GetInt64() is { } seed and >= 0 ? seed : Random.Shared.NextInt64(),
            Stops = body.Texts("stop"), WantsProbabilities = body.Count("n_probs", 0) > 0, Top = body.Count("n_probs", 0),
            Biases = [.. Biases(body)], AfterSampling = after, IgnoresEndOfGeneration = body.Flag("ignore_eos"),
        };

        bool Has(string sampler) => samplers is null || samplers.Contains(sampler);
    }

    public void Write(Utf8JsonWriter json, JsonElement body, ServedIdentity identity, ILanguageModel model, ServedReply reply)
    {
        json.WriteStartObject();
        json.WriteNumber("index", 0);
        json.WriteString("content", reply.Text(withStop: false));
        json.WriteTokens("tokens", body.Flag("return_tokens") ? reply.Tokens : []);
        json.WriteNumber("id_slot", 0);
        json.WriteBoolean("stop", true);
        json.WriteString("model", identity.Model);
        json.WriteNumber("tokens_predicted", reply.Tokens.Length);
        json.WriteNumber("tokens_evaluated", reply.PromptTokens);
        json.WriteBoolean("has_new_line", reply.Bytes.AsSpan().Contains((byte)'\n'));
        json.WriteBoolean("truncated", reply.End is StepEnd.Limit && reply.Tokens.Length < body.Count("n_predict", int.MaxValue));
        json.WriteString("stop_type", reply.End switch
        {
            StepEnd.Boundary => "word",
            StepEnd.EndOfGeneration => "eos",
            _ => "limit",
        });
        json.WriteString("stopping_word", reply.StopText ?? "");
        json.WriteNumber("tokens_cached", reply.PromptTokens + reply.Tokens.Length - 1);
        json.WriteStartObject("timings");
        json.WriteNumber("cache_n", reply.CachedTokens);
        json.WriteNumber("prompt_n", reply.PromptTokens - reply.CachedTokens);
        json.WriteNumber("predicted_n", reply.Tokens.Length);
        json.WriteEndObject();
        if (reply.Positions.Count > 0) WriteProbabilities(json, model, reply, body.Flag("post_sampling_probs"));
        json.WriteEndObject();
    }

    public bool Describe(string path, Utf8JsonWriter json, ServedIdentity identity, ILanguageModel model, int maxTokens)
    {
        switch (path)
        {
            case "/health" or "/v1/health":
                json.WriteStartObject();
                json.WriteString("status", "ok");
                json.WriteEndObject();
                return true;
            case "/props":
                json.WriteStartObject();
                json.WriteStartObject("default_generation_settings");
                json.WriteNumber("n_ctx", maxTokens);
                json.WriteEndObject();
                json.WriteNumber("total_slots", 64);
                json.WriteString("model_alias", identity.Model);
                json.WriteString("model_path", identity.Path);
                json.WriteString("build_info", identity.Version);
                json.WriteEndObject();
                return true;
            case "/v1/models" or "/models":
                json.WriteModelList(identity, "llamacpp", () =>
                {
                    json.WriteStartObject("meta");
                    json.WriteNumber("n_vocab", model.Facts.VocabularySize);
                    json.WriteNumber("n_ctx", maxTokens);
                    json.WriteNumber("n_ctx_train", model.Facts.TrainContext);
                    json.WriteNumber("n_params", model.Facts.Parameters);
                    json.WriteNumber("size", model.Facts.Bytes);
                    json.WriteEndObject();
                });
                return true;
            default:
                return false;
        }
    }

    /// <remarks>The content is a text, or a list of texts and tokens.</remarks>
    public void Tokenize(Utf8JsonWriter json, JsonElement body, ILanguageModel model, int maxTokens)
    {
        var parts = body.Field("content") switch
        {
            { ValueKind: JsonValueKind.Array } list => list.EnumerateArray().ToList(),
            { } text => [text],
            _ => [],
        };
        var tokens = new List<int>();
        foreach (var part in parts)
        {
            if (part.ValueKind is JsonValueKind.Number) tokens.Add(part.GetInt32());
            else tokens.AddRange(model.Tokenize(
                part.GetString()!, tokens.Count == 0 && body.Flag("add_special"), body.Flag("parse_special", otherwise: true)));
        }

        json.WriteStartObject();
        if (!body.Flag("with_pieces")) json.WriteTokens("tokens", [.. tokens]);
        else
        {
            json.WriteStartArray("tokens");
            foreach (var token in tokens) WritePiece(json, model, token);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    public void Detokenize(Utf8JsonWriter json, JsonElement body, ILanguageModel model)
    {
        json.WriteStartObject();
        json.WriteString("content", Encoding.UTF8.GetString([.. (body.Tokens("tokens") ?? []).SelectMany(token => Bytes(model, token))]));
        json.WriteEndObject();
    }

    public void WriteError(Utf8JsonWriter json, ServedRefusal refusal)
    {
        json.WriteStartObject();
        json.WriteStartObject("error");
        json.WriteNumber("code", refusal.Status);
        json.WriteString("message", refusal.Message);
        json.WriteString("type", refusal.Type ?? "server_error");
        if (refusal.Sizes is var (prompt, context))
        {
            json.WriteNumber("n_prompt_tokens", prompt);
            json.WriteNumber("n_ctx", context);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    public void WriteUnauthorized(Utf8JsonWriter json) => WriteError(json, new(401, "Invalid API Key", "authentication_error"));

    static byte[] Bytes(ILanguageModel model, int token) =>
        Decoding.IsControl(model, token) ? Encoding.UTF8.GetBytes(model.Marker(token)) : model.Piece(token).ToArray();

    /// <summary>A piece that is no text is a list of bytes.</summary>
    static void WritePiece(Utf8JsonWriter json, ILanguageModel model, int token)
    {
        var bytes = Bytes(model, token);
        json.WriteStartObject();
        json.WriteNumber("id", token);
        if (System.Text.Unicode.Utf8.IsValid(bytes)) json.WriteString("piece", bytes);
        else
        {
            json.WriteStartArray("piece");
            foreach (var part in bytes) json.WriteNumberValue(part);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    static ServedRefusal Bad(string message) => new(400, message, "invalid_request_error");

    /// <summary>Pairs of a token and its bias, or a map from tokens to biases.</summary>
    static IEnumerable<(int Token, float Bias)> Biases(JsonElement body) => body.Field("logit_bias") switch
    {
        { ValueKind: JsonValueKind.Array } pairs => pairs.EnumerateArray().Select(pair => (pair[0].GetInt32(), BiasOf(pair[1]))),
        { ValueKind: JsonValueKind.Object } map => map.EnumerateObject()
            .Select(pair => (int.Parse(pair.Name, CultureInfo.InvariantCulture), BiasOf(pair.Value))),
        _ => [],
    };

    static float BiasOf(JsonElement bias) => bias.ValueKind is JsonValueKind.False ? float.NegativeInfinity : bias.GetSingle();

    static void WriteProbabilities(Utf8JsonWriter json, ILanguageModel model, ServedReply reply, bool after)
    {
        json.WriteStartArray("completion_probabilities");
        foreach (var (drawn, _, top) in reply.Positions)
        {
            json.WriteStartObject();
            WriteProbability(json, model, drawn, after);
            json.WriteStartArray(after ? "top_probs" : "top_logprobs");
            foreach (var probability in top)
            {
                if (after && Math.Exp(probability.Logarithm) == 0) break;
                json.WriteStartObject();
                WriteProbability(json, model, probability, after);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    static void WriteProbability(Utf8JsonWriter json, ILanguageModel model, ServedProbability probability, bool after)
    {
        var piece = model.Piece(probability.Token);
        json.WriteNumber("id", probability.Token);
        json.WriteString("token", Encoding.UTF8.GetString(piece));
        json.WriteStartArray("bytes");
        foreach (var part in piece) json.WriteNumberValue(part);
        json.WriteEndArray();
        if (after) json.WriteNumber("prob", (float)Math.Exp(probability.Logarithm));
        else json.WriteNumber("logprob", (float)probability.Logarithm);
    }
}
