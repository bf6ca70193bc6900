using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Rewards.Heads;

namespace RebaseBatch.Tests.Support.RemoteModels;

/// <summary>
/// A head of one number over a served model, as vLLM runs it: each text is encoded whole, and each token gets its number.
/// </summary>
sealed class ServedHead : IDisposable
{
    const int BatchTokens = 512;

    readonly IDecodeContext _context;
    readonly LinearLayer _layer;
    readonly SemaphoreSlim _turn = new(1);

    /// <param name="file">Safetensors file with <c>v_head.summary</c>.</param>
    public ServedHead(ILanguageModel model, string file, int maxTokens)
    {
        using var tensors = SafetensorsFile.Open(file);
        _layer = LinearLayer.Read(tensors, "v_head.summary", outputs: 1, inputs: model.Facts.Width);
        _context = model.CreateContext(new()
        {
            Cells = Math.Max(256, maxTokens), BatchTokens = BatchTokens, MaxSequences = 1, HiddenStates = true,
        });
    }

    /// <param name="activated">Whether the classifier's softmax goes over each token's numbers: of one number it makes 1.</param>
    public async Task<float[]> ValuesAsync(int[] tokens, bool activated, CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            var (values, batch) = (new List<float>(tokens.Length), new DecodeBatch(_context.BatchTokens));
            _context.Truncate(0, 0);
            for (var at = 0; at < tokens.Length;)
            {
                batch.Clear();
                for (; at < tokens.Length && batch.Room > 0; at++) batch.Add(tokens[at], at, 0, output: true);
                if (_context.Decode(batch) != DecodeStatus.Ok) throw new ServedRefusal(500, "the engine does not decode");
                for (var i = 0; i < batch.Count; i++) values.Add(activated ? 1 : Value(i));
            }

            return [.. values];
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        _context.Dispose();
        _turn.Dispose();
    }

    float Value(int index)
    {
        Span<float> value = stackalloc float[1];
        _layer.Apply(_context.Hidden(index), value);
        return value[0];
    }
}
