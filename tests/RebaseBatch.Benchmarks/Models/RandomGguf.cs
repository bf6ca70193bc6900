using System.Buffers.Binary;
using RebaseBatch.Inference.Gguf;

namespace RebaseBatch.Benchmarks.Models;

/// <summary>
/// Writes a GGUF file (version 3) of random weights in Q8_0, of the architecture llama or qwen2: a model of a real size that samples noise,
/// to measure the time of inference.
/// </summary>
sealed class RandomGguf(RandomModelSize size, int seed)
{
    const int Alignment = 32, F32 = 0, Q8 = 8;
    readonly RandomWeights _weights = new(seed);

    /// <summary>Writes the file; parents of <paramref name="path"/> must exist.</summary>
    public void Write(string path)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
        var tensors = Tensors().ToList();
        var head = new GgufHead();
        if (size.IsQwen) Qwen(head);
        else Llama(head);
        ulong offset = 0;
        head.Begin(tensors.Count);
        foreach (var (name, rows, columns) in tensors)
        {
            head.Tensor(name, rows, columns, rows == 0 ? F32 : Q8, offset);
            offset += Aligned(Bytes(rows, columns));
        }
        file.Write(head.ToArray(Alignment));
        foreach (var (name, rows, columns) in tensors) Fill(file, name, rows, columns);
    }

    static ulong Bytes(int rows, int columns) => rows == 0
        ? (ulong)columns * 4 : (ulong)rows * (ulong)columns / RandomWeights.BlockWeights * RandomWeights.BlockBytes;

    static ulong Aligned(ulong bytes) => (bytes + Alignment - 1) / Alignment * Alignment;

    /// <summary>Name, rows (0 for a vector) and columns of each weight. The output shares the embedding.</summary>
    IEnumerable<(string Name, int Rows, int Columns)> Tensors()
    {
        yield return ("token_embd.weight", size.Vocabulary, size.Width);
        yield return ("output_norm.weight", 0, size.Width);
        for (var layer = 0; layer < size.Layers; layer++)
        {
            var at = $"blk.{layer}.";
            yield return (at + "attn_norm.weight", 0, size.Width);
            foreach (var (projection, rows) in ((string, int)[])[("q", size.Width), ("k", KeyWidth), ("v", KeyWidth)])
            {
                yield return ($"{at}attn_{projection}.weight", rows, size.Width);
                if (size.IsQwen) yield return ($"{at}attn_{projection}.bias", 0, rows);
            }

            yield return (at + "attn_output.weight", size.Width, size.Width);
            yield return (at + "ffn_norm.weight", 0, size.Width);
            yield return (at + "ffn_gate.weight", size.FeedForward, size.Width);
            yield return (at + "ffn_up.weight", size.FeedForward, size.Width);
            yield return (at + "ffn_down.weight", size.Width, size.FeedForward);
        }
    }

    int KeyWidth => size.KvHeads * size.HeadSize;

    void Fill(Stream file, string name, int rows, int columns)
    {
        if (rows == 0)
        {
            var bytes = new byte[columns * 4];
            if (!name.EndsWith("bias", StringComparison.Ordinal))
                for (var i = 0; i < columns; i++) BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * 4), 1);
            file.Write(bytes);
        }
        else
        {
            _weights.Write(file, rows, columns);
        }

        file.Write(new byte[Aligned(Bytes(rows, columns)) - Bytes(rows, columns)]);
    }

    void Llama(GgufHead head)
    {
        Shape(head, "llama", epsilon: 1e-5f);
        head.Number("llama.vocab_size", (uint)size.Vocabulary);
        head.Number("llama.rope.dimension_count", (uint)size.HeadSize);
        Tokenizer(head, RandomVocabulary.Llama(size.Vocabulary), "llama-bpe", begin: 0, end: 1);
    }

    void Qwen(GgufHead head)
    {
        Shape(head, "qwen2", epsilon: 1e-6f);
        head.Real("qwen2.rope.freq_base", 1e6f);
        var vocabulary = RandomVocabulary.Qwen(size.Vocabulary);
        Tokenizer(head, vocabulary, "qwen2", begin: Id("<|endoftext|>"), end: Id("<|im_end|>"));
        head.Flag("tokenizer.ggml.add_bos_token", false);

        int Id(string text) => Array.IndexOf(vocabulary.Tokens, text);
    }

    void Shape(GgufHead head, string architecture, float epsilon)
    {
        head.Text("general.architecture", architecture);
        head.Text("general.name", "random weights");
        head.Number("general.file_type", 7);
        head.Number("general.quantization_version", 2);
        head.Number($"{architecture}.context_length", (uint)size.Context);
        head.Number($"{architecture}.embedding_length", (uint)size.Width);
        head.Number($"{architecture}.block_count", (uint)size.Layers);
        head.Number($"{architecture}.feed_forward_length", (uint)size.FeedForward);
        head.Number($"{architecture}.attention.head_count", (uint)size.Heads);
        head.Number($"{architecture}.attention.head_count_kv", (uint)size.KvHeads);
        head.Real($"{architecture}.attention.layer_norm_rms_epsilon", epsilon);
    }

    static void Tokenizer(GgufHead head, RandomVocabulary vocabulary, string preTokenizer, int begin, int end)
    {
        head.Text("tokenizer.ggml.model", "gpt2");
        head.Text("tokenizer.ggml.pre", preTokenizer);
        head.Texts("tokenizer.ggml.tokens", vocabulary.Tokens);
        head.Numbers("tokenizer.ggml.token_type", vocabulary.Types);
        head.Texts("tokenizer.ggml.merges", vocabulary.Merges);
        head.Number("tokenizer.ggml.bos_token_id", (uint)begin);
        head.Number("tokenizer.ggml.eos_token_id", (uint)end);
    }
}
