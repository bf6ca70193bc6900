using System.Buffers.Binary;

namespace RebaseBatch.Benchmarks.Models;

/// <summary>
/// Writes a llama-architecture GGUF file (version 3) of random weights in Q8_0: a model of a real size that samples noise, to measure the
/// time of inference. The vocabulary is byte-level BPE without merges, of bytes, the tag and labels of a reward model, and filler words.
/// </summary>
sealed class RandomGguf(RandomModelSize size, int seed)
{
    const int Alignment = 32, F32 = 0, Q8 = 8, BlockWeights = 32;
    readonly Random _random = new(seed);

    /// <summary>Writes the file; parents of <paramref name="path"/> must exist.</summary>
    public void Write(string path)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
        var tensors = Tensors().ToList();
        var head = new GgufHead();
        Metadata(head);
        ulong offset = 0;
        head.Begin(tensors.Count);
        foreach (var (name, rows, columns) in tensors)
        {
            head.Tensor(name, rows, columns, rows == 0 ? F32 : Q8, offset);
            offset += Aligned(Bytes(rows, columns));
        }
        file.Write(head.ToArray(Alignment));
        foreach (var (_, rows, columns) in tensors) Fill(file, rows, columns);
    }

    static ulong Bytes(int rows, int columns) =>
        rows == 0 ? (ulong)columns * 4 : (ulong)rows * (ulong)columns / BlockWeights * (2 + BlockWeights);

    static ulong Aligned(ulong bytes) => (bytes + Alignment - 1) / Alignment * Alignment;

    /// <summary>Name, rows (0 for a vector) and columns of each weight.</summary>
    IEnumerable<(string Name, int Rows, int Columns)> Tensors()
    {
        yield return ("token_embd.weight", size.Vocabulary, size.Width);
        yield return ("output_norm.weight", 0, size.Width);
        for (var layer = 0; layer < size.Layers; layer++)
        {
            var at = $"blk.{layer}.";
            yield return (at + "attn_norm.weight", 0, size.Width);
            foreach (var projection in (string[])["attn_q", "attn_k", "attn_v", "attn_output"])
                yield return ($"{at}{projection}.weight", size.Width, size.Width);
            yield return (at + "ffn_norm.weight", 0, size.Width);
            yield return (at + "ffn_gate.weight", size.FeedForward, size.Width);
            yield return (at + "ffn_up.weight", size.FeedForward, size.Width);
            yield return (at + "ffn_down.weight", size.Width, size.FeedForward);
        }
    }

    void Fill(Stream file, int rows, int columns)
    {
        var bytes = new byte[Aligned(Bytes(rows, columns))];
        if (rows == 0)
        {
            for (var i = 0; i < columns; i++) BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * 4), 1);
        }
        else
        {
            // Eight bits uniform within -127 to 127 have a deviation of 73; the scale turns it into that of a new layer, 1 / sqrt(columns).
            var scale = (Half)(1 / Math.Sqrt(columns) / 73);
            _random.NextBytes(bytes);
            for (var block = 0; block + 2 + BlockWeights <= bytes.Length; block += 2 + BlockWeights)
                BinaryPrimitives.WriteHalfLittleEndian(bytes.AsSpan(block), scale);
        }
        file.Write(bytes);
    }

    void Metadata(GgufHead head)
    {
        var (tokens, types) = Vocabulary();
        head.Text("general.architecture", "llama");
        head.Text("general.name", "random weights");
        head.Number("general.file_type", 7);
        head.Number("general.quantization_version", 2);
        head.Number("llama.vocab_size", (uint)size.Vocabulary);
        head.Number("llama.context_length", (uint)size.Context);
        head.Number("llama.embedding_length", (uint)size.Width);
        head.Number("llama.block_count", (uint)size.Layers);
        head.Number("llama.feed_forward_length", (uint)size.FeedForward);
        head.Number("llama.attention.head_count", (uint)(size.Width / size.HeadSize));
        head.Number("llama.attention.head_count_kv", (uint)(size.Width / size.HeadSize));
        head.Number("llama.rope.dimension_count", (uint)size.HeadSize);
        head.Real("llama.attention.layer_norm_rms_epsilon", 1e-5f);
        head.Text("tokenizer.ggml.model", "gpt2");
        head.Text("tokenizer.ggml.pre", "llama-bpe");
        head.Texts("tokenizer.ggml.tokens", tokens);
        head.Numbers("tokenizer.ggml.token_type", types);
        head.Texts("tokenizer.ggml.merges", []);
        head.Number("tokenizer.ggml.bos_token_id", 0);
        head.Number("tokenizer.ggml.eos_token_id", 1);
    }

    (string[] Tokens, int[] Types) Vocabulary()
    {
        const int Normal = 1, Control = 3, UserDefined = 4;
        List<(string Text, int Type)> tokens = [("<s>", Control), ("</s>", Control), ("ки", UserDefined)];
        tokens.AddRange(ByteAlphabet().Select(letter => (letter, Normal)));
        for (var i = 0; tokens.Count < size.Vocabulary; i++) tokens.Add(($"Ġword{i}", Normal));
        return ([.. tokens.Select(token => token.Text)], [.. tokens.Select(token => token.Type)]);
    }

    /// <summary>
    /// GPT-2's letters for the 256 bytes: the printable ones stand for themselves, the others for code points from 256 on.
    /// </summary>
    static IEnumerable<string> ByteAlphabet()
    {
        var next = 256;
        for (var value = 0; value < 256; value++)
            yield return value is (>= 33 and <= 126) or (>= 161 and <= 172) or >= 174
                ? ((char)value).ToString() : ((char)next++).ToString();
    }
}
