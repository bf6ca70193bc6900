using System.Globalization;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Inference.Gguf;

/// <summary>
/// Tells from a file's metadata whether it can be a policy or a reward model, before llama.cpp reads it: llama.cpp ends the process on
/// some of these files, and loads others with warnings that nobody sees.
/// </summary>
static class GgufFitness
{
    const string Tokenizer = "tokenizer.ggml.";

    static readonly string[] s_encoders =
    [
        "bert", "nomic-bert", "nomic-bert-moe", "neo-bert", "modern-bert", "eurobert", "jina-bert-v2", "jina-bert-v3", "gemma-embedding",
        "t5encoder",
    ];

    /// <returns>What the metadata lack, so that answers get worse, as sentences.</returns>
    /// <exception cref="UserException">Missing, unreadable, not a GGUF file, or no model that writes text.</exception>
    public static IReadOnlyList<string> Check(string path)
    {
        GgufFile.Check(path);
        // A header that makes no sense is left to the loader, which refuses it with its own reason.
        if (GgufHeader.TryRead(path) is not { } header) return [];
        return (RefusalOfModel(header) ?? RefusalOfVocabulary(header)) is { } reason
            ? throw new UserException(ExitCode.ModelUnusable, $"the model file {path} can't be used: {reason}")
            : [.. Lacks(header)];
    }

    /// <summary>The same for a file that embeds texts: an encoder, a model that was trained for it, or any decoder.</summary>
    /// <returns>What the metadata lack, so that embeddings get worse, as sentences.</returns>
    /// <exception cref="UserException">Missing, unreadable, not a GGUF file, or no model that embeds texts.</exception>
    public static IReadOnlyList<string> CheckEmbedder(string path)
    {
        GgufFile.Check(path);
        if (GgufHeader.TryRead(path) is not { } header) return [];
        return (RefusalOfEmbedder(header) ?? RefusalOfVocabulary(header)) is { } reason
            ? throw new UserException(ExitCode.ModelUnusable, $"the model file {path} can't embed texts: {reason}")
            : [.. Lacks(header)];
    }

    /// <summary>The same for a file of which only the vocabulary is loaded: it needs no weights and no known architecture.</summary>
    /// <returns>What the metadata lack, so that texts become other tokens, as sentences.</returns>
    /// <exception cref="UserException">Missing, unreadable, not a GGUF file, or without a vocabulary.</exception>
    public static IReadOnlyList<string> CheckVocabulary(string path)
    {
        GgufFile.Check(path);
        if (GgufHeader.TryRead(path) is not { } header) return [];
        return RefusalOfVocabulary(header) is { } reason
            ? throw new UserException(ExitCode.ModelUnusable, $"the vocabulary of {path} can't be used: {reason}")
            : [.. Lacks(header)];
    }

    static string? RefusalOfModel(GgufHeader header)
    {
        var values = header.Values;
        var architecture = values.GetValueOrDefault("general.architecture", "");
        string? Of(string key) => values.GetValueOrDefault($"{architecture}.{key}");

        if (RefusalOfKind(header) is { } kind) return kind;
        if (architecture is "t5")
            return "it is an encoder-decoder (t5), and a tree search needs a plain decoder: name another model";
        if (s_encoders.Contains(architecture) || Of("attention.causal") is "false")
            return $"it is an encoder ({architecture}, attention.causal is false), which writes no text: name a model that generates text";
        if (Of("pooling_type") is { } pooling and not "0")
            return $"it is an embedding model ({architecture}.pooling_type is {pooling}), which writes no text: name a model that "
                + "generates text";
        return RefusalOfWeights(header);
    }

    static string? RefusalOfEmbedder(GgufHeader header)
    {
        var architecture = header.Values.GetValueOrDefault("general.architecture", "");
        if (RefusalOfKind(header) is { } kind) return kind;
        if (architecture is "t5" or "t5encoder")
            return $"it is an encoder of the kind {architecture}, which llama.cpp runs in another way: name another model";
        // Rank, and numbers of later releases.
        if (header.Values.GetValueOrDefault($"{architecture}.pooling_type") is { } pooling and not ("-1" or "0" or "1" or "2" or "3"))
            return $"its {architecture}.pooling_type is {Plain(pooling)}, which gives a rank or nothing that is known here: name a model "
                + "with mean, cls or last pooling";
        return RefusalOfWeights(header);
    }

    static string? RefusalOfKind(GgufHeader header)
    {
        var values = header.Values;
        if (values.ContainsKey("adapter.type") || values.GetValueOrDefault("general.type") is "adapter")
            return "it is a LoRA adapter and no model: merge it into its model and convert that";
        if (values.GetValueOrDefault("general.architecture") is "clip" || values.GetValueOrDefault("general.type") is "mmproj")
            return "it is the projector (mmproj) of a model that reads pictures: name the file of the language model";
        return null;
    }

    static string? RefusalOfWeights(GgufHeader header)
    {
        if (header is { Tensors: 0, SplitCount: <= 1 })
            return "it holds a vocabulary only and no weights: name the model's own file";
        // llama.cpp ends the process on a kind that it does not know.
        if (header.Values.GetValueOrDefault($"{header.Values.GetValueOrDefault("general.architecture", "")}.rope.scaling.type")
                is { } scaling and not ("none" or "linear" or "yarn" or "longrope"))
            return $"its rope scaling is of the unknown kind '{Plain(scaling)}': convert the model again with a newer converter";
        return null;
    }

    static string? RefusalOfVocabulary(GgufHeader header)
    {
        var values = header.Values;
        if (values.GetValueOrDefault(Tokenizer + "model") is null or "none" or "no_vocab")
            return $"it has no vocabulary ({Tokenizer}model): convert the model again, with its tokenizer";
        if (header.Lengths.GetValueOrDefault(Tokenizer + "tokens") is var size and > 0)
        {
            foreach (var name in (string[])["token_type", "scores"])
            {
                if (header.Lengths.TryGetValue(Tokenizer + name, out var length) && length != size)
                    return $"its vocabulary has {size} tokens and {length} entries in {Tokenizer}{name}: convert the model again";
            }

            foreach (var name in (string[])["bos", "eos"])
            {
                if (IsOutside(header, name, size) && !(name is "bos" && values.GetValueOrDefault(Tokenizer + "add_bos_token") is "false"))
                    return $"{Outside(header, name, size)}: convert the model again";
            }
        }

        return null;
    }

    static IEnumerable<string> Lacks(GgufHeader header)
    {
        var values = header.Values;
        var isBpe = values.GetValueOrDefault(Tokenizer + "model") is "gpt2";
        if (isBpe && values.GetValueOrDefault(Tokenizer + "pre") is null or "")
            yield return $"the file names no pre-tokenizer ({Tokenizer}pre), so texts become other tokens than in its training: convert "
                + "the model again with a newer converter";
        if (isBpe && !values.ContainsKey(Tokenizer + "eos_token_id"))
            yield return $"the file names no end token ({Tokenizer}eos_token_id), and llama.cpp takes token 11: convert the model again";
        var size = header.Lengths.GetValueOrDefault(Tokenizer + "tokens");
        foreach (var name in (string[])["bos", "eot", "eom", "unknown", "seperator", "padding", "mask"])
        {
            if (size > 0 && IsOutside(header, name, size))
                yield return Outside(header, name, size);
        }
    }

    static string Outside(GgufHeader header, string name, long size) =>
        $"{Tokenizer}{name}_token_id is {header.Values[$"{Tokenizer}{name}_token_id"]}, and its vocabulary ends at {size - 1}";

    static bool IsOutside(GgufHeader header, string name, long size) =>
        header.Values.TryGetValue($"{Tokenizer}{name}_token_id", out var text)
            && long.TryParse(text, CultureInfo.InvariantCulture, out var id) && (id < 0 || id >= size);

    static string Plain(string text) => string.Concat(text.Select(c => char.IsControl(c) ? '?' : c));
}
