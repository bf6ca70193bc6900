using System.Text;
using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Tests.Support.Llama;

/// <summary>A generated model of random weights in llama.cpp, with the vocabulary that a test needs.</summary>
sealed class TinyModel : IDisposable
{
    public static readonly string[] LlamaControls =
        ["<|begin_of_text|>", "<|end_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"];
    public static readonly string[] QwenControls = ["<|endoftext|>", "<|im_end|>", "<|im_start|>", "<extra_0>"];

    readonly TemporaryFolder _folder = new();
    readonly string[] _controls;

    public TinyModel(string[] controls, string[]? pairs = null, string preTokenizer = "llama-bpe", string? chatTemplate = null)
    {
        _controls = controls;
        File = new(controls, pairs ?? ["\n\n"], preTokenizer, chatTemplate);
        Path = At("model.gguf");
        File.Write(Path);
        Model = Models.Runtime.Load(Path, GpuPlacement.Cpu);
    }

    public TinyGguf File { get; }
    public string Path { get; }
    public ILanguageModel Model { get; }

    public string At(string name) => System.IO.Path.Combine(_folder.Path, name);

    /// <summary>The text that the tokens stand for, control tokens by their names.</summary>
    public string Show(IEnumerable<int> tokens) =>
        Encoding.UTF8.GetString(
            [.. tokens.SelectMany(
                token => token < _controls.Length ? Encoding.UTF8.GetBytes(_controls[token]) : Model.Piece(token).ToArray())]);

    /// <summary>The last token's logits and hidden state, everything decoded in one call.</summary>
    public (float[] Logits, float[] Hidden) Decode(int[] tokens)
    {
        using var context = Model.CreateContext(new() { Cells = 1024, BatchTokens = 1024, MaxSequences = 1, HiddenStates = true });
        var batch = new DecodeBatch(1024);
        for (var i = 0; i < tokens.Length; i++) batch.Add(tokens[i], i, 0, i == tokens.Length - 1);
        if (context.Decode(batch) != DecodeStatus.Ok) throw new InvalidOperationException("the tiny model does not decode");
        return (context.Logits(tokens.Length - 1).ToArray(), context.Hidden(tokens.Length - 1).ToArray());
    }

    public void Dispose()
    {
        Model.Dispose();
        _folder.Dispose();
    }
}
