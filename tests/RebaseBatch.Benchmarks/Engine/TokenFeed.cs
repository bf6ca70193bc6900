using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Benchmarks.Engine;

/// <summary>Decode calls of one context with tokens that mean nothing. They cost what others cost.</summary>
sealed class TokenFeed(IDecodeContext context)
{
    readonly DecodeBatch _batch = new(context.BatchTokens);

    /// <summary>Adds the next token of a sequence. A full batch is decoded first.</summary>
    public void Add(int sequence, int position, bool output)
    {
        if (_batch.Room == 0) Flush();
        // Any token that is not a control token: which one it is does not change its cost.
        _batch.Add(60 + (position * 7 + sequence) % 200, position, sequence, output);
    }

    /// <summary>Decodes what was added.</summary>
    public void Flush()
    {
        if (_batch.Count > 0 && context.Decode(_batch) is var status and not DecodeStatus.Ok)
            throw new InvalidOperationException($"a decode call of the benchmark ended with {status}");
        _batch.Clear();
    }
}
