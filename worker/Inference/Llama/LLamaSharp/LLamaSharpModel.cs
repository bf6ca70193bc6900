using System.Text;
using LLama.Native;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Inference.Llama.LLamaSharp;

/// <summary>
/// A GGUF file loaded by LLamaSharp. It uses LLamaSharp's handles: LLamaWeights refuses files with an empty text in their metadata.
/// </summary>
sealed partial class LLamaSharpModel : ILanguageModel
{
    // LLamaSharp does not ask llama.cpp for this: layers with a running state instead of keys and values, which can't be cut or shared in
    // part.
    static readonly string[] s_stateful = [".ssm.", ".shortconv.", ".kda."];

    readonly SafeLlamaModelHandle _handle;
    readonly Dictionary<string, string> _metadata = [];
    readonly byte[]?[] _pieces;
    readonly bool[] _endOfGeneration;
    readonly Lock _gate = new();
    readonly ContextGate? _contextGate;
    readonly List<IDisposable> _contexts = [];
    readonly LoadRemarks _remarks;
    readonly AddedTokens _added;
    readonly ModelUse _use;
    readonly string? _vocabularyPath;
    bool _disposed;

    /// <summary>Takes the handle over.</summary>
    /// <param name="remarks">What is known of the loading so far.</param>
    /// <param name="contextGate">Null on a CPU.</param>
    /// <exception cref="UserException">It is not a plain decoder.</exception>
    public LLamaSharpModel(SafeLlamaModelHandle handle, string path, LoadRemarks remarks, ContextGate? contextGate, ModelUse use)
    {
        _use = use;
        if (use is ModelUse.Vocabulary) _vocabularyPath = path;
        (_handle, _remarks, _contextGate) = (handle, remarks, contextGate);
        for (var i = 0; i < handle.MetadataCount; i++)
            if (handle.MetadataKeyByIndex(i) is { } key && handle.MetadataValueByIndex(i) is { } value)
                _metadata[Encoding.UTF8.GetString(key.Span)] = Encoding.UTF8.GetString(value.Span);

        if (use is ModelUse.Decoder && (handle.HasEncoder || handle.IsRecurrent
            || _metadata.Keys.Any(key => s_stateful.Any(part => key.Contains(part, StringComparison.Ordinal)))))
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
        // Without the weights llama.cpp knows no layers, and ends the process when asked for the heads of the first one.
        Facts = use is ModelUse.Vocabulary
            ? ModelFacts.OfVocabulary(handle.Description, (long)handle.ParameterCount, size, Metadata) : ReadFacts(size);
        _added = AddedTokens.Measure((text, special) => TokenizeRaw(text, special, parseSpecial: false));
        remarks.AddWarnings();
    }

    public ModelFacts Facts { get; }

    public IReadOnlyList<LoadRemark> Remarks => _remarks.All;

    public int[] Tokenize(string text, bool addSpecial, bool parseSpecial)
    {
        var tokens = TokenizeRaw(text, addSpecial, parseSpecial);
        return addSpecial && _use is not ModelUse.Embedder ? _added.Clean(tokens) : tokens;
    }

    int[] TokenizeRaw(string text, bool addSpecial, bool parseSpecial)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return Array.ConvertAll(_handle.Tokenize(text, addSpecial, parseSpecial, Encoding.UTF8), token => (int)token);
    }

    public ReadOnlySpan<byte> Piece(int token)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _pieces[token] ??= ReadPiece(token);
    }

    public string Marker(int token)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return Encoding.UTF8.GetString(ReadPiece(token, withControl: true));
    }

    public bool IsEndOfGeneration(int token) => _endOfGeneration[token];

    public string? Metadata(string key) => _metadata.GetValueOrDefault(key);

    public IDecodeContext CreateContext(DecodeContextOptions options)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_vocabularyPath is not null) throw VocabularyOnly.NoContext(_vocabularyPath);
        options = options.Checked(Facts, (int)NativeApi.llama_max_parallel_sequences());
        var hidden = options.HiddenStates ? new HiddenStates(LLamaSharpLibrary.Tensors, Facts.Width, Facts.VocabularySize) : null;
        var handle = _contextGate is null ? Create(options, hidden) : _contextGate.Alone(() => Create(options, hidden));
        var context = new LlamaContext(handle, LLamaSharpLibrary.Exports, Facts, options, (int)handle.ContextSize, _contextGate, hidden);
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

    SafeLLamaContextHandle Create(DecodeContextOptions options, HiddenStates? hidden)
    {
        // llama.cpp's own defaults: LLamaSharp's ContextParams would replace the model's YaRN numbers with its own.
        var parameters = LLamaContextParams.Default();
        parameters.n_ctx = (uint)options.Cells;
        parameters.n_batch = parameters.n_ubatch = (uint)options.BatchTokens;
        parameters.n_seq_max = (uint)options.MaxSequences;
        parameters.n_threads = parameters.n_threads_batch = options.Threads;
        parameters.llama_flash_attn_type = options.FlashAttention switch
        {
            null => LLamaFlashAttentionType.LLAMA_FLASH_ATTENTION_TYPE_AUTO,
            false => LLamaFlashAttentionType.LLAMA_FLASH_ATTENTION_TYPE_DISABLED,
            true => LLamaFlashAttentionType.LLAMA_FLASH_ATTENTION_TYPE_ENABLED,
        };
        parameters.kv_unified = !options.Streams;
        parameters.type_k = parameters.type_v = (GGMLType)LlamaModel.TypeNumber(options.KvCacheType);
        if (hidden is not null) (parameters.cb_eval, parameters.cb_eval_user_data) = (HiddenStates.Callback, hidden.State);

        LlamaLogLines.TakeError();
        LlamaLogLines.TakeWarnings();
        var context = SafeLLamaContextHandle.Create(_handle, parameters);
        _remarks.AddWarnings();
        if (context.IsInvalid)
        {
            // LLamaSharp accepts a null handle, and has already counted it as a user of the model. Nothing would lower that count.
            _handle.DangerousRelease();
            throw new UserException(ExitCode.ModelUnusable,
                $"LLamaSharp could not make a context of {options.Cells} cells ({options.Cells * Facts.KvBytesPerCell >> 20} MiB): "
                    + $"{LlamaLogLines.TakeError() ?? "it gave no reason"}");
        }

        return context;
    }

    ModelFacts ReadFacts(int vocabularySize)
    {
        var headSize = _handle.EmbeddingSize / Math.Max(1, _handle.HeadCount);
        // Keys and values, two bytes each, for every layer.
        var cell = 2L * 2 * _handle.LayerCount * _handle.KVHeadCount * headSize;
        return new(_handle.Description, (long)_handle.ParameterCount, (long)_handle.SizeInBytes, vocabularySize, _handle.ContextSize, cell,
            headSize, _handle.EmbeddingSize);
    }

    byte[] ReadPiece(int token, bool withControl = false)
    {
        Span<byte> buffer = stackalloc byte[256];
        var length = (int)_handle.TokenToSpan(token, buffer, special: withControl);
        if (length <= buffer.Length) return buffer[..length].ToArray();
        var large = new byte[length];
        _handle.TokenToSpan(token, large, special: withControl);
        return large;
    }
}
