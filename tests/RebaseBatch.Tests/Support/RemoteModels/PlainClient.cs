using System.Net.Http.Json;
using System.Text.Json;
using RebaseBatch.Inference.Catalog;

namespace RebaseBatch.Tests.Support.RemoteModels;

/// <summary>The requests of the three dialects as their documentation writes them, without any of the product's client.</summary>
sealed class PlainClient(Uri address, RemoteKind kind) : IDisposable
{
    readonly HttpClient _http = new() { BaseAddress = address, Timeout = TimeSpan.FromMinutes(2) };

    public void Dispose() => _http.Dispose();

    /// <summary>Drawn tokens, why they end, the prompt's tokens and those of them that were cached.</summary>
    public async Task<PlainReply> DrawAsync(
        int[] prompt, int most, double temperature = 1, long seed = 1, string? stop = null, CancellationToken ct = default)
    {
        string[] stops = stop is null ? [] : [stop];
        var body = await PostAsync(kind switch
        {
            RemoteKind.Vllm => new Dictionary<string, object>
            {
                ["model"] = "tiny-math-policy-s", ["prompt"] = prompt, ["n"] = 1, ["seed"] = seed, ["max_tokens"] = most,
                ["temperature"] = temperature, ["top_p"] = 1, ["top_k"] = 0, ["min_p"] = 0, ["repetition_penalty"] = 1, ["stop"] = stops,
                ["include_stop_str_in_output"] = true, ["return_token_ids"] = true,
            },
            RemoteKind.SGLang => new()
            {
                ["input_ids"] = prompt, ["sampling_params"] = new Dictionary<string, object>
                {
                    ["max_new_tokens"] = most, ["temperature"] = temperature, ["top_p"] = 1, ["top_k"] = -1, ["min_p"] = 0,
                    ["stop"] = stops, ["no_stop_trim"] = true, ["sampling_seed"] = seed,
                },
            },
            _ => new()
            {
                ["prompt"] = prompt, ["n_predict"] = most, ["seed"] = seed, ["temperature"] = temperature,
                ["samplers"] = new[] { "temperature" }, ["top_k"] = 0, ["top_p"] = 1, ["min_p"] = 0, ["stop"] = stops,
                ["return_tokens"] = true, ["cache_prompt"] = true,
            },
        }, ct);
        return kind switch
        {
            RemoteKind.Vllm => new(Tokens(body.GetProperty("choices")[0].GetProperty("token_ids")),
                body.GetProperty("choices")[0].GetProperty("text").GetString()!,
                body.GetProperty("choices")[0].GetProperty("finish_reason").GetString()!,
                body.GetProperty("usage").GetProperty("prompt_tokens_details").GetProperty("cached_tokens").GetInt32()),
            RemoteKind.SGLang => new(Tokens(body.GetProperty("output_ids")), body.GetProperty("text").GetString()!,
                body.GetProperty("meta_info").GetProperty("finish_reason").GetProperty("type").GetString()!,
                body.GetProperty("meta_info").GetProperty("cached_tokens").GetInt32()),
            _ => new(Tokens(body.GetProperty("tokens")), body.GetProperty("content").GetString()!,
                body.GetProperty("stop_type").GetString()!, body.GetProperty("timings").GetProperty("cache_n").GetInt32()),
        };
    }

    /// <summary>The two labels' probabilities after a text, as logarithms without a common part.</summary>
    public async Task<(double Good, double Bad)> ScoreAsync(int[] text, int good, int bad, CancellationToken ct = default)
    {
        var body = await PostAsync(kind switch
        {
            RemoteKind.Vllm => new Dictionary<string, object>
            {
                ["model"] = "tiny-math-prm", ["prompt"] = text, ["max_tokens"] = 1, ["temperature"] = 1, ["logprobs"] = 1,
                ["logprob_token_ids"] = new[] { good, bad }, ["return_tokens_as_token_ids"] = true,
            },
            RemoteKind.SGLang => new()
            {
                ["input_ids"] = text, ["sampling_params"] = new Dictionary<string, object> { ["max_new_tokens"] = 1, ["temperature"] = 1 },
                ["return_logprob"] = true, ["logprob_start_len"] = -1, ["token_ids_logprob"] = new[] { good, bad },
            },
            // The bias lifts both labels above all other tokens: only their share is left.
            _ => new()
            {
                ["prompt"] = text, ["n_predict"] = 1, ["n_probs"] = 2, ["samplers"] = new[] { "temperature" }, ["temperature"] = 1,
                ["logit_bias"] = new[] { new[] { good, 100 }, [bad, 100] }, ["post_sampling_probs"] = true, ["cache_prompt"] = true,
            },
        }, ct);
        switch (kind)
        {
            case RemoteKind.Vllm:
                var top = body.GetProperty("choices")[0].GetProperty("logprobs").GetProperty("top_logprobs")[0];
                return (top.GetProperty($"token_id:{good}").GetDouble(), top.GetProperty($"token_id:{bad}").GetDouble());
            case RemoteKind.SGLang:
                var labels = body.GetProperty("meta_info").GetProperty("output_token_ids_logprobs")[0];
                return (labels[0][0].GetDouble(), labels[1][0].GetDouble());
            default:
                var shares = body.GetProperty("completion_probabilities")[0].GetProperty("top_probs").EnumerateArray()
                    .ToDictionary(share => share.GetProperty("id").GetInt32(), share => share.GetProperty("prob").GetDouble());
                return (Math.Log(shares[good]), Math.Log(shares.GetValueOrDefault(bad, double.Epsilon)));
        }
    }

    public Task<JsonElement> GetAsync(string path) => _http.GetFromJsonAsync<JsonElement>(path);

    public async Task<JsonElement> PostAsync(object body, CancellationToken ct = default)
    {
        using var answer = await SendAsync(body, ct);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>(ct);
    }

    public Task<HttpResponseMessage> SendAsync(object body, CancellationToken ct = default) => _http.PostAsJsonAsync(kind switch
    {
        RemoteKind.Vllm => "v1/completions",
        RemoteKind.SGLang => "generate",
        _ => "completion",
    }, body, ct);

    static int[] Tokens(JsonElement list) => [.. list.EnumerateArray().Select(token => token.GetInt32())];
}
