using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]

namespace RebaseBatch.Inference.Llama;

/// <summary>
/// The functions of llama.cpp v0.4.0 that the binding calls by itself, under their own names (include/llama.h,
/// ggml/include/ggml-backend.h). Those of each decode call are in <see cref="LlamaExports"/>.
/// </summary>
static unsafe partial class LlamaNative
{
    public const string Llama = "llama";
    public const string Ggml = "ggml";
    public const string GgmlBase = "ggml-base";

    [LibraryImport(Llama)] public static partial byte* llama_version();
    [LibraryImport(Llama)] public static partial void llama_backend_init();
    [LibraryImport(Llama)]
    public static partial void llama_log_set(delegate* unmanaged[Cdecl]<int, byte*, void*, void> callback, void* state);
    [LibraryImport(Llama)] public static partial nuint llama_max_parallel_sequences();

    [LibraryImport(Llama)] public static partial LlamaModelParams llama_model_default_params();
    [LibraryImport(Llama, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint llama_model_load_from_file(string path, LlamaModelParams parameters);
    [LibraryImport(Llama)] public static partial void llama_model_free(nint model);
    [LibraryImport(Llama)] public static partial nint llama_model_get_vocab(nint model);
    [LibraryImport(Llama)] public static partial int llama_model_n_ctx_train(nint model);
    [LibraryImport(Llama)] public static partial int llama_model_n_embd(nint model);
    [LibraryImport(Llama)] public static partial int llama_model_n_layer(nint model);
    [LibraryImport(Llama)] public static partial int llama_model_n_head(nint model);
    [LibraryImport(Llama)] public static partial int llama_model_n_head_kv(nint model);
    [LibraryImport(Llama)] public static partial ulong llama_model_n_params(nint model);
    [LibraryImport(Llama)] public static partial ulong llama_model_size(nint model);
    [LibraryImport(Llama)] public static partial byte llama_model_is_recurrent(nint model);
    [LibraryImport(Llama)] public static partial byte llama_model_is_hybrid(nint model);
    [LibraryImport(Llama)] public static partial byte llama_model_has_encoder(nint model);
    [LibraryImport(Llama)] public static partial int llama_model_desc(nint model, byte* buffer, nuint size);
    [LibraryImport(Llama, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int llama_model_meta_val_str(nint model, string key, byte* buffer, nuint size);

    [LibraryImport(Llama)] public static partial int llama_vocab_n_tokens(nint vocabulary);
    [LibraryImport(Llama)] public static partial byte llama_vocab_is_eog(nint vocabulary, int token);
    [LibraryImport(Llama)]
    public static partial int llama_tokenize(nint vocabulary, byte* text, int length, int* tokens, int capacity, byte addSpecial,
        byte parseSpecial);
    [LibraryImport(Llama)]
    public static partial int llama_token_to_piece(nint vocabulary, int token, byte* buffer, int length, int lstrip, byte special);

    [LibraryImport(Llama)] public static partial LlamaContextParams llama_context_default_params();
    [LibraryImport(Llama)] public static partial nint llama_init_from_model(nint model, LlamaContextParams parameters);
    [LibraryImport(Llama)] public static partial void llama_free(nint context);
    [LibraryImport(Llama)] public static partial uint llama_n_ctx(nint context);
    [LibraryImport(Llama)] public static partial uint llama_n_batch(nint context);
    [LibraryImport(Llama)] public static partial uint llama_n_seq_max(nint context);
    [LibraryImport(Llama)] public static partial int llama_n_threads(nint context);

    [LibraryImport(Ggml, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void ggml_backend_load_all_from_path(string directory);
}
