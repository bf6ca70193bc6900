using System.Buffers.Binary;
using RebaseBatch.Inference.Gguf;

namespace RebaseBatch.Tests.Support.Llama;

/// <summary>
/// Writes an encoder of the architecture bert with random F32 weights, CLS pooling and a vocabulary of single letters and digits: what
/// embedding models such as BGE are, but small enough to be made in a test.
/// </summary>
static class TinyBert
{
    public const int Width = 32, Context = 64, Cls = 2, Sep = 3;
    const int FeedForward = 64, Heads = 2, Alignment = 32;

    /// <returns>The path of the file.</returns>
    public static string Write(string folder, uint pooling = 2)
    {
        var letters = Enumerable.Range('a', 26).Concat(Enumerable.Range('0', 10)).Select(code => ((char)code).ToString()).ToList();
        string[] words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", .. letters.Select(letter => $"\u2581{letter}"), .. letters,
            // One release looks at the usual numbers of the special tokens, up to 103, before it reads the file's.
            .. Enumerable.Range(0, 40).Select(no => $"[unused{no}]")];
        var head = Metadata(words, pooling);
        (string Name, int Rows, int Columns)[] tensors =
        [
            ("token_embd.weight", words.Length, Width), ("token_types.weight", 2, Width), ("position_embd.weight", Context, Width),
            .. Norm("token_embd_norm"), .. Layer("blk.0.attn_q", Width, Width), .. Layer("blk.0.attn_k", Width, Width),
            .. Layer("blk.0.attn_v", Width, Width), .. Layer("blk.0.attn_output", Width, Width), .. Norm("blk.0.attn_output_norm"),
            .. Layer("blk.0.ffn_up", FeedForward, Width), .. Layer("blk.0.ffn_down", Width, FeedForward),
            .. Norm("blk.0.layer_output_norm"),
        ];
        head.Begin(tensors.Length);
        ulong offset = 0;
        foreach (var (name, rows, columns) in tensors)
        {
            head.Tensor(name, rows, columns, type: 0, offset);
            offset += (ulong)Bytes(rows, columns);
        }

        var path = Path.Combine(folder, "bert.gguf");
        using var file = File.Create(path);
        file.Write(head.ToArray(Alignment));
        var random = new Random(1);
        foreach (var (name, rows, columns) in tensors)
        {
            var bytes = new byte[Bytes(rows, columns)];
            for (var i = 0; i < Math.Max(1, rows) * columns; i++)
            {
                var weight = rows > 0 ? (float)(random.NextDouble() - 0.5) : name.EndsWith("weight", StringComparison.Ordinal) ? 1f : 0f;
                BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * 4), weight);
            }

            file.Write(bytes);
        }

        return path;
    }

    static GgufHead Metadata(string[] words, uint pooling)
    {
        const int Normal = 1, Control = 3;
        var head = new GgufHead();
        head.Text("general.architecture", "bert");
        head.Number("bert.context_length", Context);
        head.Number("bert.embedding_length", Width);
        head.Number("bert.block_count", 1);
        head.Number("bert.feed_forward_length", FeedForward);
        head.Number("bert.attention.head_count", Heads);
        head.Real("bert.attention.layer_norm_epsilon", 1e-12f);
        head.Flag("bert.attention.causal", false);
        head.Number("bert.pooling_type", pooling);
        head.Text("tokenizer.ggml.model", "bert");
        head.Number("tokenizer.ggml.token_type_count", 2);
        head.Texts("tokenizer.ggml.tokens", words);
        head.Numbers("tokenizer.ggml.token_type", [.. words.Select((_, i) => i < 5 ? Control : Normal)]);
        (string Name, uint Id)[] special =
            [("padding", 0), ("unknown", 1), ("bos", Cls), ("cls", Cls), ("eos", Sep), ("seperator", Sep), ("mask", 4)];
        foreach (var (name, id) in special) head.Number($"tokenizer.ggml.{name}_token_id", id);
        return head;
    }

    static (string, int, int)[] Norm(string name) => [($"{name}.weight", 0, Width), ($"{name}.bias", 0, Width)];

    static (string, int, int)[] Layer(string name, int rows, int columns) => [($"{name}.weight", rows, columns), ($"{name}.bias", 0, rows)];

    static int Bytes(int rows, int columns) => (Math.Max(1, rows) * columns * 4 + Alignment - 1) / Alignment * Alignment;
}
