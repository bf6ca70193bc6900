using System.Text.Json;
using RebaseBatch.Core.Searching;
using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Tests.Support.RemoteModels;

/// <summary>
/// A vLLM whose model is the scripted one, and which draws with the random numbers that the engine in process would take for a seed's node:
/// its steps must be that engine's steps.
/// </summary>
sealed class ScriptedVllm
{
    readonly ScriptedModel _model;
    readonly Dictionary<long, (RandomStream Stream, int From)> _seeds = [];

    public ScriptedVllm(ScriptedModel model, IEnumerable<RandomStream> streams)
    {
        (_model, Handler) = (model, new(Answer));
        foreach (var stream in streams)
            for (var from = 0; from < 64; from++) _seeds[stream.Seed(from) & ((1L << 53) - 1)] = (stream, from);
    }

    public ScriptedReplies Handler { get; }

    /// <summary>Tokens that it draws behind the stop, as speculative decoding may.</summary>
    public int Leaks { get; init; }

    /// <summary>Whether end-of-sequence is among the ids.</summary>
    public bool HasEnd { get; init; } = true;

    /// <summary>Tokens of each prompt that it says were cached; null says nothing.</summary>
    public int? Cached { get; init; }

    /// <summary>How many requests it gives up before it answers one.</summary>
    public int Aborts { get; set; }

    string Answer(string path, JsonElement body)
    {
        if (Aborts-- > 0) return """{"choices":[{"finish_reason":"abort","stop_reason":null,"token_ids":[5,5]}]}""";
        var prompt = body.GetProperty("prompt").EnumerateArray().Select(id => id.GetInt32()).ToList();
        var (stream, from) = _seeds[body.GetProperty("seed").GetInt64()];
        var (most, stop) = (body.GetProperty("max_tokens").GetInt32(), body.GetProperty("stop")[0].GetString()!);
        var (sampler, logits) = (new TokenSampler(_model.Facts.VocabularySize), new float[_model.Facts.VocabularySize]);
        var (tokens, text, reason, leaks) = (new List<int>(), "", (Finish: "length", Stop: (string?)null), Leaks);
        while (tokens.Count < most)
        {
            _model.FillLogits([.. prompt, .. tokens], logits);
            var token = sampler.Draw(logits, body.GetProperty("temperature").GetSingle(), stream.NextDouble(from + tokens.Count));
            tokens.Add(token);
            if (reason.Finish == "stop" && --leaks <= 0) break;
            if (reason.Finish == "stop") continue;
            text += System.Text.Encoding.UTF8.GetString(_model.Piece(token));
            if (_model.IsEndOfGeneration(token)) reason = ("stop", null);
            else if (text.Contains(stop, StringComparison.Ordinal)) reason = ("stop", stop);
            if (reason.Finish == "stop" && leaks == 0) break;
        }

        var drawn = tokens.Count;
        if (!HasEnd && tokens.IndexOf(ScriptedModel.EndOfGeneration) is >= 0 and var end) tokens.RemoveRange(end, tokens.Count - end);
        return JsonSerializer.Serialize(new
        {
            choices = new[] { new { finish_reason = reason.Finish, stop_reason = reason.Stop, token_ids = tokens } },
            usage = new
            {
                prompt_tokens = prompt.Count, completion_tokens = drawn,
                prompt_tokens_details = Cached is { } cached ? new { cached_tokens = cached } : null,
            },
        });
    }
}
