using System.Text;
using LLama.Native;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Inference.Llama.LLamaSharp;

/// <summary>
/// A GGUF file loaded by LLamaSharp. It uses LLamaSharp's handles: LLamaWeights refuses files with an empty text in their metadata.
/// </summary>
sealed class LLamaSharpModel : ILanguageModel
{
    // LLamaSharp does not ask llama.cpp for this: layers with a running state instead of keys and values, which can't be cut or shared in
    // part.
    static readonly string[] s_stateful = [".ssm.", ".shortconv.", ".kda."];

    readonly SafeLlamaModelHandle _handle;
    readonly Dictionary<string, string> _metadata = [];
    readonly byte[]?[] _pieces;
    readonly bool[] _endOfGeneration;
    readonly Lock _gate = new();
    readonly List<LLamaSharpContext> _contexts = [];
    bool _disposed;

    /// <summary>Takes the handle over.</summary>
    /// <exception cref="UserException">It is not a plain decoder.</exception>
    public LLamaSharpModel(SafeLlamaModelHandle handle, string path)
    {
        _handle = handle;
        for (var i = 0; i < handle.MetadataCount; i++)
            if (handle.MetadataKeyByIndex(i) is { } key && handle.MetadataValueByIndex(i) is { } value)
                _metadata[Encoding.UTF8.GetString(key.Span)] = Encoding.UTF8.GetString(value.Span);

        if (handle.HasEncoder || handle.IsRecurrent
            || _metadata.Keys.Any(key => s_stateful.Any(part => key.Contains(part, StringComparison.Ordinal))))
        {
            handle.Dispose();
            throw new UserException(ExitCode.ModelUnusable,
                $"the model {path} is not a plain decoder (an encoder, or recurrent): a tree search needs a KV cache "
                    + "whose prefixes can be shared");
        }

        var size = handle.Vocab.Count;
        _pieces = new byte[]?[size];
        _endOfGeneration = new bool[size];
        for (var token = 0; token < size; token++) _endOfGeneration[token] = ((LLamaToken)token).IsEndOfGeneration(handle.Vocab);
        var headSize = handle.EmbeddingSize / Math.Max(1, handle.HeadCount);
        // Keys and values, two bytes each, for every layer.
        var cell = 2L * 2 * handle.LayerCount * handle.KVHeadCount * headSize;
        Facts = new(handle.Description, (long)handle.ParameterCount, (long)handle.SizeInBytes, size, handle.ContextSize, cell, headSize,
            handle.EmbeddingSize);
    }

    public ModelFacts Facts { get; }

    public int[] Tokenize(string text, bool addSpecial, bool parseSpecial)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return Array.ConvertAll(_handle.Tokenize(text, addSpecial, parseSpecial, Encoding.UTF8), token => (int)token);
    }

    public ReadOnlySpan<byte> Piece(int token)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _pieces[token] ??= ReadPiece(token);
    }

    public bool IsEndOfGeneration(int token) => _endOfGeneration[token];

    public string? Metadata(string key) => _metadata.GetValueOrDefault(key);

    public IDecodeContext CreateContext(DecodeContextOptions options)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var context = new LLamaSharpContext(_handle, Facts, options);
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
            _handle.Dispose();
        }
    }

    byte[] ReadPiece(int token)
    {
        Span<byte> buffer = stackalloc byte[256];
        var length = (int)_handle.TokenToSpan(token, buffer);
        if (length <= buffer.Length) return buffer[..length].ToArray();
        var large = new byte[length];
        _handle.TokenToSpan(token, large);
        return large;
    }
}
