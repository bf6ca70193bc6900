using System.Numerics.Tensors;
using RebaseBatch.Core.Searching;
using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Tests.Support.RemoteModels;

/// <summary>The tokens that are drawn for one request, and their probabilities where they are wanted.</summary>
sealed class ServedSequence(ServedRequest owner, int number, TaskCompletionSource<ServedReply> done)
    : DecodeSequence(owner, Room(owner.Sampling), owner.Sampling.Prompt.Length)
{
    readonly ServedSampling _sampling = owner.Sampling;
    readonly RandomStream _random = RandomStream.ForSearch(owner.Sampling.Seed, 0);
    readonly List<int> _drawn = [];
    readonly List<ServedPosition> _positions = [];
    byte[] _bytes = new byte[64];
    int _length, _stopAt;
    byte[]? _stop;
    StepEnd _end;

    public override int Node => number;

    /// <summary>All known tokens are in the cache when it ends: the last drawn one never becomes a known one.</summary>
    public override int Lasting => Count;

    public override bool Advance(ReadOnlySpan<float> output, TokenSampler sampler)
    {
        var logits = Biased(output);
        var token = sampler.Draw(logits, _sampling.Temperature, _sampling.Filter, _random.NextDouble(_drawn.Count));
        _drawn.Add(token);
        if (_sampling.WantsProbabilities) _positions.Add(PositionOf(token, _sampling.AfterSampling ? logits : output));
        if (!_sampling.IgnoresEndOfGeneration && owner.Model.IsEndOfGeneration(token)) return End(StepEnd.EndOfGeneration);
        if (Append(owner.Model.Piece(token))) return End(StepEnd.Boundary);
        if (_drawn.Count >= _sampling.MaxTokens) return End(StepEnd.Limit);
        Tokens[Count++] = token;
        return true;
    }

    public override void Complete()
    {
        // The last drawn token was not decoded. A token that was encoded twice was not cached twice.
        var encoded = Cost.Evaluated - Cost.Reencoded - (_drawn.Count - 1);
        done.TrySetResult(new()
        {
            Tokens = [.. _drawn], Bytes = _bytes.AsSpan(0, _length).ToArray(), End = _end, Stop = _stop, StopAt = _stopAt,
            PromptTokens = _sampling.Prompt.Length, CachedTokens = Math.Max(0, _sampling.Prompt.Length - encoded),
            Positions = _positions,
        });
    }

    public override void Fail(Exception reason) => Request.Fail(done, reason);

    static int[] Room(ServedSampling sampling)
    {
        var tokens = new int[sampling.Prompt.Length + sampling.MaxTokens];
        sampling.Prompt.CopyTo(tokens, 0);
        return tokens;
    }

    bool End(StepEnd end)
    {
        _end = end;
        return false;
    }

    /// <summary>Adds a token's bytes; true when a stop text is complete.</summary>
    bool Append(ReadOnlySpan<byte> piece)
    {
        var before = _length;
        _length += piece.Length;
        if (_length > _bytes.Length) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length));
        piece.CopyTo(_bytes.AsSpan(before));
        foreach (var stop in _sampling.Stops)
        {
            var from = Math.Max(0, before - stop.Length + 1);
            var at = _bytes.AsSpan(from, _length - from).IndexOf(stop);
            if (at < 0 || (_stop is not null && from + at >= _stopAt)) continue;
            (_stop, _stopAt) = (stop, from + at);
        }

        return _stop is not null;
    }

    ReadOnlySpan<float> Biased(ReadOnlySpan<float> logits)
    {
        if (_sampling.Biases.Count == 0) return logits;
        var biased = logits.ToArray();
        foreach (var (token, bias) in _sampling.Biases) biased[token] += bias;
        return biased;
    }

    ServedPosition PositionOf(int drawn, ReadOnlySpan<float> logits)
    {
        var temperature = _sampling.AfterSampling && _sampling.Temperature > 0 ? _sampling.Temperature : 1;
        var most = TensorPrimitives.Max(logits);
        var sum = 0.0;
        foreach (var logit in logits) sum += Math.Exp((logit - most) / temperature);
        var total = Math.Log(sum);
        ServedProbability[] top = [];
        if (_sampling.Top > 0)
        {
            var ids = new int[logits.Length];
            for (var id = 0; id < ids.Length; id++) ids[id] = id;
            var keys = logits.ToArray();
            TensorPrimitives.Negate(keys, keys);
            keys.AsSpan().Sort(ids.AsSpan());
            top = new ServedProbability[Math.Min(_sampling.Top, ids.Length)];
            for (var i = 0; i < top.Length; i++) top[i] = Of(ids[i], logits);
        }

        var labels = new ServedProbability[_sampling.Labels.Length];
        for (var i = 0; i < labels.Length; i++) labels[i] = Of(_sampling.Labels[i], logits);
        return new(Of(drawn, logits), labels, top);

        ServedProbability Of(int token, ReadOnlySpan<float> logits) => new(token, (logits[token] - most) / temperature - total);
    }
}
