using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Inference.Llama;

/// <summary>Remarks on the loading of one model: those of its metadata, and llama.cpp's own warnings. Thread-safe.</summary>
/// <param name="ofFile">What the file's metadata lack, as sentences.</param>
/// <param name="writes">Whether the model writes text. To one that embeds, it does not matter what ends a text.</param>
sealed class LoadRemarks(IEnumerable<string> ofFile, bool writes = true)
{
    // A broken vocabulary can give a warning for each of its tokens.
    const int Most = 20;

    // The wording of llama.cpp's src/llama-vocab.cpp, src/llama-context.cpp and src/llama-kv-cache*.cpp.
    static readonly string[] s_spoils =
    [
        "missing pre-tokenizer type", "bad special token", "out of vocab range", "is out of range (vocab size", End,
        "output may be degraded",
    ];

    // The first two say what is normal here: a context is seldom as long as the model's. The others are lines of the box around the
    // warning of a missing pre-tokenizer.
    static readonly string[] s_harmless =
    [
        "n_ctx_seq", "n_ctx_per_seq", "GENERATION QUALITY WILL BE DEGRADED", "CONSIDER REGENERATING THE MODEL",
        // Asked for by the program itself: one state per token.
        "model default pooling_type is",
    ];

    // What ends a text that is written.
    const string End = "is not in special_eog_ids";

    readonly List<LoadRemark> _all = [.. ofFile.Select(text => new LoadRemark(text, Spoils: true))];

    public IReadOnlyList<LoadRemark> All
    {
        get
        {
            lock (_all) return [.. _all];
        }
    }

    /// <summary>Adds the warnings that llama.cpp has written on this thread since they were taken last.</summary>
    public void AddWarnings()
    {
        foreach (var line in LlamaLogLines.TakeWarnings()) Add(line);
    }

    void Add(string line)
    {
        if (!line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Any(char.IsLetter) || IsOne(s_harmless)
            || (!writes && IsOne([End]))) return;
        var remark = new LoadRemark($"llama.cpp: {Plain(line)}", IsOne(s_spoils));
        lock (_all)
            if (!_all.Contains(remark) && (_all.Count < Most || remark.Spoils)) _all.Add(remark);

        bool IsOne(string[] kinds) => kinds.Any(kind => line.Contains(kind, StringComparison.OrdinalIgnoreCase));
    }

    // Names of tokens come from the file, and a terminal would obey control characters in them.
    static string Plain(string line) => string.Concat(line.Select(c => char.IsControl(c) ? $"\\u{(int)c:x4}" : c.ToString()));
}
