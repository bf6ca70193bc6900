using System.Buffers.Binary;
using RebaseBatch.Inference.Gguf;

namespace RebaseBatch.Tests.Support.Llama;

/// <summary>
/// Writes a llama-architecture GGUF file of random F32 weights and a byte-level vocabulary: the given control tokens, the 256 bytes, and a
/// token each for the given texts of two letters. Small enough to be made in a test; its tokenizer is llama.cpp's own.
/// </summary>
/// <param name="controls">Control tokens, from id 0 on; the first begins a sequence.</param>
/// <param name="pairs">Texts of two bytes that are one token, after the bytes.</param>
sealed class TinyGguf(string[] controls, string[] pairs, string preTokenizer = "llama-bpe", string? chatTemplate = null, int seed = 1)
{
    public const int Width = 32, Heads = 2, FeedForward = 64, Context = 2048;
    const int Alignment = 32;

    readonly Dictionary<string, float[]> _weights = [];

    /// <summary>The file's <c>general.name</c>; none if not given.</summary>
    public string? Name { get; init; }

    /// <summary>A tensor's numbers as they were written, row after row.</summary>
    public float[] Weights(string tensor) => _weights[tensor];

    public int Vocabulary => controls.Length + 256 + pairs.Length;

    /// <summary>Id of a control token or of a pair.</summary>
    public int Id(string token) => Array.IndexOf(controls, token) is >= 0 and var control
        ? control : controls.Length + 256 + Array.IndexOf(pairs, token);

    /// <summary>Id of a byte.</summary>
    public int Id(byte value) => controls.Length + value;

    public void Write(string path)
    {
        var head = new GgufHead();
        Metadata(head);
        Write(path, head, Tensors(), new Random(seed));
    }

    /// <summary>Writes the same model in three parts, as llama-gguf-split does: the first holds metadata only.</summary>
    /// <returns>The paths of the parts, in their order.</returns>
    public IReadOnlyList<string> WriteParts(string folder, string name)
    {
        var tensors = Tensors();
        (string Name, int Rows, int Columns)[][] parts = [[], tensors[..4], tensors[4..]];
        var random = new Random(seed);
        var paths = new List<string>();
        for (var no = 0; no < parts.Length; no++)
        {
            var head = new GgufHead();
            if (no == 0) Metadata(head);
            head.Small("split.no", (ushort)no);
            head.Small("split.count", (ushort)parts.Length);
            head.Integer("split.tensors.count", tensors.Length);
            paths.Add(Path.Combine(folder, $"{name}-{no + 1:D5}-of-{parts.Length:D5}.gguf"));
            Write(paths[^1], head, parts[no], random);
        }

        return paths;
    }

    (string Name, int Rows, int Columns)[] Tensors() =>
    [
        ("token_embd.weight", Vocabulary, Width), ("output_norm.weight", 0, Width), ("blk.0.attn_norm.weight", 0, Width),
        ("blk.0.attn_q.weight", Width, Width), ("blk.0.attn_k.weight", Width, Width), ("blk.0.attn_v.weight", Width, Width),
        ("blk.0.attn_output.weight", Width, Width), ("blk.0.ffn_norm.weight", 0, Width), ("blk.0.ffn_gate.weight", FeedForward, Width),
        ("blk.0.ffn_up.weight", FeedForward, Width), ("blk.0.ffn_down.weight", Width, FeedForward),
    ];

    void Write(string path, GgufHead head, (string Name, int Rows, int Columns)[] tensors, Random random)
    {
        head.Begin(tensors.Length);
        ulong offset = 0;
        foreach (var (name, rows, columns) in tensors)
        {
            head.Tensor(name, rows, columns, type: 0, offset);
            offset += (ulong)Bytes(rows, columns);
        }

        using var file = File.Create(path);
        file.Write(head.ToArray(Alignment));
        foreach (var (name, rows, columns) in tensors)
        {
            // Norms are 1; matrices have the deviation of a layer that was not trained.
            var weights = _weights[name] =
                [.. Enumerable.Range(0, Math.Max(1, rows) * columns)
                    .Select(_ => rows == 0 ? 1f : (float)((random.NextDouble() - 0.5) * 3.4 / Math.Sqrt(columns)))];
            var bytes = new byte[Bytes(rows, columns)];
            for (var i = 0; i < weights.Length; i++) BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * 4), weights[i]);
            file.Write(bytes);
        }
    }

    static int Bytes(int rows, int columns) => (Math.Max(1, rows) * columns * 4 + Alignment - 1) / Alignment * Alignment;

    void Metadata(GgufHead head)
    {
        const int Normal = 1, Control = 3;
        var letters = ByteLetters.All;
        string Spelt(string text) => string.Concat(System.Text.Encoding.UTF8.GetBytes(text).Select(value => letters[value]));

        head.Text("general.architecture", "llama");
        if (Name is not null) head.Text("general.name", Name);
        head.Number("llama.vocab_size", (uint)Vocabulary);
        head.Number("llama.context_length", Context);
        head.Number("llama.embedding_length", Width);
        head.Number("llama.block_count", 1);
        head.Number("llama.feed_forward_length", FeedForward);
        head.Number("llama.attention.head_count", Heads);
        head.Number("llama.attention.head_count_kv", Heads);
        head.Number("llama.rope.dimension_count", Width / Heads);
        head.Real("llama.attention.layer_norm_rms_epsilon", 1e-5f);
        head.Text("tokenizer.ggml.model", "gpt2");
        head.Text("tokenizer.ggml.pre", preTokenizer);
        head.Texts("tokenizer.ggml.tokens", [.. controls, .. letters, .. pairs.Select(Spelt)]);
        head.Numbers("tokenizer.ggml.token_type",
            [.. controls.Select(_ => Control), .. letters.Select(_ => Normal), .. pairs.Select(_ => Normal)]);
        head.Texts("tokenizer.ggml.merges",
            [.. pairs.Select(pair => string.Join(' ', System.Text.Encoding.UTF8.GetBytes(pair).Select(value => letters[value])))]);
        head.Number("tokenizer.ggml.bos_token_id", 0);
        head.Number("tokenizer.ggml.eos_token_id", 1);
        if (chatTemplate is not null) head.Text("tokenizer.chat_template", chatTemplate);
    }
}
