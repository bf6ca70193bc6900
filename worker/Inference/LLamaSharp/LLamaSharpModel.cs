using System.Text;
using LLama;
using LLama.Common;
using LLama.Native;
using RebaseBatch.Errors;

namespace RebaseBatch.Inference.LLamaSharp;

/// <summary>A GGUF file loaded by LLamaSharp.</summary>
sealed class LLamaSharpModel : ILanguageModel
{
    readonly LLamaWeights _weights;
    readonly ModelParams _parameters;
    readonly byte[]?[] _pieces;
    readonly Lock _gate = new();
    readonly List<LLamaSharpContext> _contexts = [];
    bool _disposed;

    /// <summary>Takes the weights over.</summary>
    /// <exception cref="UserException">It is no plain decoder.</exception>
    public LLamaSharpModel(LLamaWeights weights, ModelParams parameters)
    {
        (_weights, _parameters) = (weights, parameters);
        var handle = weights.NativeHandle;
        if (handle.HasEncoder || handle.IsRecurrent)
        {
            weights.Dispose();
            throw new UserException(ExitCode.ModelUnusable,
                $"the model {parameters.ModelPath} is not a plain decoder (an encoder, or recurrent): a tree search needs a KV cache whose prefixes can be shared");
        }

        _pieces = new byte[]?[weights.Vocab.Count];
        var headSize = handle.EmbeddingSize / Math.Max(1, handle.HeadCount);
        // Keys and values, two bytes each, for every layer.
        var cell = 2L * 2 * handle.LayerCount * handle.KVHeadCount * headSize;
        Facts = new(handle.Description, (long)handle.ParameterCount, (long)handle.SizeInBytes, weights.Vocab.Count, handle.ContextSize, cell, headSize, handle.EmbeddingSize);
    }

    public ModelFacts Facts { get; }

    public int[] Tokenize(string text, bool addSpecial, bool parseSpecial)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return Array.ConvertAll(_weights.NativeHandle.Tokenize(text, addSpecial, parseSpecial, Encoding.UTF8), token => (int)token);
    }

    public ReadOnlySpan<byte> Piece(int token)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _pieces[token] ??= ReadPiece(token);
    }

    public bool IsEndOfGeneration(int token) => ((LLamaToken)token).IsEndOfGeneration(_weights.Vocab);

    public string? Metadata(string key) => _weights.Metadata.GetValueOrDefault(key);

    public IDecodeContext CreateContext(DecodeContextOptions options)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var context = new LLamaSharpContext(_weights, _parameters, Facts, options);
        lock (_gate) _contexts.Add(context);
        return context;
    }

    /// <summary>Frees the model and the contexts still open on it.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
            foreach (var context in _contexts) context.Dispose();
            _weights.Dispose();
        }
    }

    byte[] ReadPiece(int token)
    {
        Span<byte> buffer = stackalloc byte[256];
        var length = (int)_weights.NativeHandle.TokenToSpan(token, buffer);
        if (length <= buffer.Length) return buffer[..length].ToArray();
        var large = new byte[length];
        _weights.NativeHandle.TokenToSpan(token, large);
        return large;
    }
}
