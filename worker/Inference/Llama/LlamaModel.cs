using System.Text;
using Microsoft.Extensions.Logging;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Platform.Errors;
using static RebaseBatch.Inference.Llama.LlamaNative;

namespace RebaseBatch.Inference.Llama;

/// <summary>A GGUF file loaded by llama.cpp.</summary>
sealed unsafe partial class LlamaModel : ILanguageModel
{
    readonly nint _vocabulary;
    readonly byte[]?[] _pieces;
    readonly bool[] _endOfGeneration;
    readonly Lock _gate = new();
    readonly List<IDisposable> _contexts = [];
    readonly LlamaHandle _handle;
    readonly ContextGate? _contextGate;
    readonly LoadRemarks _remarks;
    readonly AddedTokens _added;
    readonly ModelUse _use;
    readonly string? _vocabularyPath;
    nint _model;

    /// <summary>Loads <paramref name="path"/>.</summary>
    /// <exception cref="UserException">The file is missing or unreadable, or a GPU was asked for and none was found.</exception>
    public LlamaModel(string path, GpuPlacement gpu, string libraryDirectory, ILogger log, ModelUse use = ModelUse.Decoder)
    {
        LlamaLibrary.Load(libraryDirectory, log);
        _use = use;
        if (use is ModelUse.Vocabulary) _vocabularyPath = path;
        _remarks = new(use.Check(path), writes: use is not ModelUse.Embedder);
        gpu.Check(LlamaLibrary.Devices(), InferenceRuntime.LlamaCpp);
        var parameters = llama_model_default_params();
        (parameters.GpuLayers, parameters.MainGpu, parameters.SplitMode) = (gpu.Layers, gpu.MainGpu, (int)gpu.Split);
        parameters.VocabularyOnly = use is ModelUse.Vocabulary ? (byte)1 : (byte)0;
        LlamaLogLines.TakeError();
        LlamaLogLines.TakeWarnings();
        _model = llama_model_load_from_file(path, parameters);
        if (_model == 0)
        {
            throw new UserException(ExitCode.ModelUnusable,
                $"llama.cpp could not load the model {path}: {LlamaLogLines.TakeError() ?? "it gave no reason"}");
        }

        _handle = new(_model, &llama_model_free);
        _contextGate = ContextGate.Of(gpu);
        _vocabulary = llama_model_get_vocab(_model);
        var size = llama_vocab_n_tokens(_vocabulary);
        // A server may run an architecture that has no KV cache to share: its vocabulary serves all the same.
        if (size <= 0 || (use is ModelUse.Decoder && (llama_model_has_encoder(_model) != 0 || llama_model_is_recurrent(_model) != 0
            || llama_model_is_hybrid(_model) != 0)))
        {
            _handle.Dispose();
            throw new UserException(ExitCode.ModelUnusable,
                $"the model {path} is not a plain decoder (an encoder, or recurrent): a tree search needs a KV cache "
                    + "whose prefixes can be shared");
        }

        _pieces = new byte[]?[size];
        _endOfGeneration = new bool[size];
        for (var token = 0; token < size; token++) _endOfGeneration[token] = llama_vocab_is_eog(_vocabulary, token) != 0;
        Facts = ReadFacts(size);
        _added = AddedTokens.Measure((text, special) => TokenizeRaw(text, special, parseSpecial: false));
        _remarks.AddWarnings();
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
        ObjectDisposedException.ThrowIf(_model == 0, this);
        var utf8 = Encoding.UTF8.GetBytes(text);
        // A token covers at least one byte. The eight are for the tokens that the vocabulary puts around a text.
        var tokens = new int[utf8.Length + 8];
        fixed (byte* from = utf8)
        fixed (int* to = tokens)
        {
            byte empty = 0;
            var count = llama_tokenize(_vocabulary, from is null ? &empty : from, utf8.Length, to,
                tokens.Length, addSpecial ? (byte)1 : (byte)0, parseSpecial ? (byte)1 : (byte)0);
            if (count < 0)
                throw new InvalidOperationException($"llama.cpp could not tokenize a text of {utf8.Length} bytes (code {count})");
            return tokens[..count];
        }
    }

    public ReadOnlySpan<byte> Piece(int token)
    {
        ObjectDisposedException.ThrowIf(_model == 0, this);
        return _pieces[token] ??= ReadPiece(token);
    }

    public string Marker(int token)
    {
        ObjectDisposedException.ThrowIf(_model == 0, this);
        return Encoding.UTF8.GetString(ReadPiece(token, withControl: true));
    }

    public bool IsEndOfGeneration(int token) => _endOfGeneration[token];

    public string? Metadata(string key)
    {
        ObjectDisposedException.ThrowIf(_model == 0, this);
        var buffer = stackalloc byte[1024];
        var length = llama_model_meta_val_str(_model, key, buffer, 1024);
        if (length < 1024) return length < 0 ? null : Encoding.UTF8.GetString(buffer, length);

        // A chat template is longer than the buffer. The length that came back is that of the whole value.
        var large = new byte[length + 1];
        fixed (byte* to = large) length = llama_model_meta_val_str(_model, key, to, (nuint)large.Length);
        return Encoding.UTF8.GetString(large, 0, Math.Clamp(length, 0, large.Length - 1));
    }

    public IDecodeContext CreateContext(DecodeContextOptions options)
    {
        ObjectDisposedException.ThrowIf(_model == 0, this);
        if (_vocabularyPath is not null) throw VocabularyOnly.NoContext(_vocabularyPath);
        options = options.Checked(Facts, (int)llama_max_parallel_sequences());
        var hidden = options.HiddenStates ? new HiddenStates(LlamaLibrary.Tensors, Facts.Width, Facts.VocabularySize) : null;
        var handle = _contextGate is null ? Create(options, hidden) : _contextGate.Alone(() => Create(options, hidden));
        var context = new LlamaContext(handle, LlamaLibrary.Exports, Facts, options,
            (int)llama_n_ctx(handle.DangerousGetHandle()), _contextGate, hidden);
        lock (_gate) _contexts.Add(context);
        return context;
    }

    /// <summary>Frees the model and the contexts still open on it: llama.cpp crashes when a context outlives its model.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_model == 0) return;
            foreach (var context in _contexts) context.Dispose();
            _handle.Dispose();
            _model = 0;
        }
    }

    LlamaHandle Create(DecodeContextOptions options, HiddenStates? hidden)
    {
        var parameters = llama_context_default_params();
        parameters.Context = (uint)options.Cells;
        parameters.Batch = (uint)options.BatchTokens;
        parameters.MicroBatch = (uint)options.BatchTokens;
        parameters.MaxSequences = (uint)options.MaxSequences;
        // 0: as many outputs as a batch has tokens. With fewer, llama.cpp aborts the process when a batch wants one output too many.
        parameters.MaxOutputs = 0;
        parameters.Threads = parameters.BatchThreads = options.Threads;
        parameters.KvUnified = options.Streams ? (byte)0 : (byte)1;
        // -1 leaves the choice to llama.cpp, which takes the fused kernel wherever it can.
        parameters.FlashAttention = options.FlashAttention switch { null => -1, false => 0, true => 1 };
        parameters.KeyType = parameters.ValueType = TypeNumber(options.KvCacheType);
        if (hidden is not null) (parameters.OnNode, parameters.OnNodeState) = (HiddenStates.Callback, hidden.State);

        LlamaLogLines.TakeError();
        LlamaLogLines.TakeWarnings();
        var context = llama_init_from_model(_model, parameters);
        _remarks.AddWarnings();
        if (context == 0)
        {
            throw new UserException(ExitCode.ModelUnusable,
                $"llama.cpp could not make a context of {options.Cells} cells ({options.Cells * Facts.KvBytesPerCell >> 20} MiB): "
                    + $"{LlamaLogLines.TakeError() ?? "it gave no reason"}");
        }

        if (llama_n_seq_max(context) != options.MaxSequences || llama_n_threads(context) != options.Threads
            || llama_n_batch(context) < options.BatchTokens)
        {
            llama_free(context);
            throw new UserException(ExitCode.ModelUnusable,
                $"llama.cpp did not take over the context's sizes: its library is not release {LlamaLibrary.Release}");
        }

        return new(context, &llama_free, _handle);
    }

    byte[] ReadPiece(int token, bool withControl = false)
    {
        var special = withControl ? (byte)1 : (byte)0;
        Span<byte> buffer = stackalloc byte[256];
        fixed (byte* to = buffer)
        {
            var length = llama_token_to_piece(_vocabulary, token, to, buffer.Length, 0, special);
            if (length >= 0) return buffer[..length].ToArray();
            var large = new byte[-length];
            fixed (byte* toLarge = large) length = llama_token_to_piece(_vocabulary, token, toLarge, large.Length, 0, special);
            return large[..Math.Max(0, length)];
        }
    }

    ModelFacts ReadFacts(int vocabularySize)
    {
        var text = stackalloc byte[256];
        var length = llama_model_desc(_model, text, 256);
        // Without the weights llama.cpp knows no layers, and ends the process when asked for the heads of the first one.
        if (_vocabularyPath is not null)
        {
            return ModelFacts.OfVocabulary(
                Encoding.UTF8.GetString(text, Math.Clamp(length, 0, 255)), (long)llama_model_n_params(_model), vocabularySize, Metadata);
        }

        var headSize = llama_model_n_embd(_model) / Math.Max(1, llama_model_n_head(_model));
        // Keys and values, two bytes each, for every layer.
        var cell = 2L * 2 * llama_model_n_layer(_model) * llama_model_n_head_kv(_model) * headSize;
        return new(Encoding.UTF8.GetString(text, Math.Clamp(length, 0, 255)), (long)llama_model_n_params(_model),
            (long)llama_model_size(_model),
            vocabularySize, llama_model_n_ctx_train(_model), cell, headSize, llama_model_n_embd(_model));
    }

    // ggml_type.
    internal static int TypeNumber(KvCacheType type) => type switch
    {
        KvCacheType.F32 => 0,
        KvCacheType.F16 => 1,
        KvCacheType.Q4_0 => 2,
        KvCacheType.Q8_0 => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "no such cache type"),
    };
}
