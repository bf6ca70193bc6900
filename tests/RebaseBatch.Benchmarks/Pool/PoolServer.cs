using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace RebaseBatch.Benchmarks.Pool;

/// <summary>
/// <c>pool-serve N STEP VOCABULARY</c>: a process with N simulated replicas that speak vLLM's protocol, each on a port of its own. It
/// prints their addresses as one line of JSON and ends with its standard input. Each replica serves the policy and the reward model, in
/// one batch.
/// </summary>
static class PoolServer
{
    /// <summary>One step in so many ends its solution.</summary>
    const int EndOneIn = 8;

    /// <param name="step">Mean number of a step's tokens; a step has half of them to one and a half times as many.</param>
    public static async Task<int> RunAsync(string replicas, string step, string vocabulary)
    {
        var words = JsonSerializer.Deserialize<PoolVocabulary>(vocabulary)!;
        var servers = Enumerable.Range(0, int.Parse(replicas, null)).Select(_ => Serve(new(), int.Parse(step, null), words)).ToList();
        foreach (var server in servers) await server.StartAsync();
        Console.WriteLine(JsonSerializer.Serialize(servers.Select(server => server.Urls.Single())));
        await Console.In.ReadToEndAsync();
        return 0;
    }

    static WebApplication Serve(SimulatedReplica replica, int step, PoolVocabulary words)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.Run(http => http.Request.Path.Value switch
        {
            "/v1/completions" => CompleteAsync(http, replica, step, words),
            "/figures" => http.Response.WriteAsJsonAsync(replica.Figures),
            _ => Task.CompletedTask,
        });
        return app;
    }

    static async Task CompleteAsync(HttpContext http, SimulatedReplica replica, int step, PoolVocabulary words)
    {
        using var request = await JsonDocument.ParseAsync(http.Request.Body, default, http.RequestAborted);
        var root = request.RootElement;
        var prompt = root.GetProperty("prompt").Deserialize<int[]>()!;
        var model = root.GetProperty("model").GetString()!;
        object choice;
        int[] tokens;
        if (root.TryGetProperty("logprob_token_ids", out var labels))
        {
            tokens = [words.End];
            var good = 0.01 + 0.98 * new Random(prompt.Aggregate(17, (hash, token) => unchecked(hash * 31 + token))).NextDouble();
            choice = new
            {
                token_ids = tokens,
                finish_reason = "length",
                logprobs = new
                {
                    top_logprobs = new[]
                    {
                        new Dictionary<string, double>
                        {
                            [$"token_id:{labels[0]}"] = Math.Log(good), [$"token_id:{labels[1]}"] = Math.Log(1 - good),
                        },
                    },
                },
            };
        }
        else
        {
            var random = new Random(root.GetProperty("seed").GetInt64().GetHashCode());
            var length = Math.Min(random.Next(step / 2, step + step / 2 + 1), root.GetProperty("max_tokens").GetInt32());
            var ends = random.Next(EndOneIn) == 0;
            tokens = [.. Enumerable.Range(0, length - 1).Select(_ => words.Words[random.Next(words.Words.Count)]),
                ends ? words.End : words.LineBreak];
            choice = new { token_ids = tokens, finish_reason = "stop", stop_reason = ends ? null : "\n" };
        }

        var cached = await replica.ServeAsync(model, prompt, tokens, http.RequestAborted);
        await http.Response.WriteAsJsonAsync(new
        {
            choices = new[] { choice },
            usage = new
            {
                prompt_tokens = prompt.Length,
                completion_tokens = tokens.Length,
                prompt_tokens_details = new { cached_tokens = cached },
            },
        }, http.RequestAborted);
    }
}
