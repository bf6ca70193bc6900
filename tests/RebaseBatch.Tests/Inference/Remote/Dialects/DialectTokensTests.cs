using System.Text;
using System.Text.Json;
using RebaseBatch.Inference.Remote;
using RebaseBatch.Inference.Remote.Dialects;
using RebaseBatch.Inference.Scheduling;
using Xunit;

namespace RebaseBatch.Tests.Inference.Remote.Dialects;

/// <summary>How servers are asked for the tokens of texts and for the texts of tokens, and what is read from their answers.</summary>
[Fast]
public sealed class DialectTokensTests
{
    static readonly VllmDialect s_vllm = new("m");
    static readonly SGLangDialect s_sglang = new("m");
    static readonly LlamaServerDialect s_llama = new();

    static readonly int[][] s_sequences = [[5, 7], [5]];

    static JsonElement[] Replies(params string[] texts) => [.. texts.Select(text => JsonDocument.Parse(text).RootElement)];

    static string[] Show(IReadOnlyList<RemoteRequest>? requests) =>
        [.. requests!.Select(request => $"{request.Path} {Encoding.UTF8.GetString(request.Json.Span)}")];

    static string[] Texts(IReadOnlyList<byte[]> texts) => [.. texts.Select(Convert.ToHexString)];

    [Fact]
    public void A_text_is_read_with_and_without_special_tokens()
    {
        Assert.Equal(["""tokenize {"model":"m","prompt":"a","add_special_tokens":true}"""], Show([s_vllm.Tokenize("a", true, true)!]));
        Assert.Equal(["""tokenize {"model":"m","prompt":"a","add_special_tokens":true}"""], Show([s_sglang.Tokenize("a", true)!]));
        Assert.Equal(["""tokenize {"content":"a","add_special":true,"parse_special":true,"with_pieces":false}"""],
            Show([s_llama.Tokenize("a", true, true)!]));
    }

    [Fact]
    public void Vllm_detokenizes_one_sequence_a_request()
    {
        Assert.Equal(["""detokenize {"model":"m","tokens":[5,7]}""", """detokenize {"model":"m","tokens":[5]}"""],
            Show(s_vllm.Detokenize(s_sequences)));
        Assert.Equal(["61C3A9", "61"], Texts(s_vllm.ReadTexts(Replies("""{"prompt":"aé"}""", """{"prompt":"a"}"""), s_sequences)));
        Assert.Contains("has no text", Assert.Throws<ModelFaultException>(
            () => s_vllm.ReadTexts(Replies("{}", "{}"), s_sequences)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SGLang_detokenizes_all_sequences_in_one_request()
    {
        Assert.Equal(["""detokenize {"model":"m","tokens":[[5,7],[5]],"skip_special_tokens":false}"""],
            Show(s_sglang.Detokenize(s_sequences)));
        Assert.Equal(["61C3A9", "61"], Texts(s_sglang.ReadTexts(Replies("""{"text":["aé","a"]}"""), s_sequences)));
        Assert.Contains("has no 2 texts", Assert.Throws<ModelFaultException>(
            () => s_sglang.ReadTexts(Replies("""{"text":"aé"}"""), s_sequences)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Llama_server_gives_the_bytes_of_each_token()
    {
        Assert.Equal(["""tokenize {"content":[5,7,5],"add_special":false,"parse_special":false,"with_pieces":true}"""],
            Show(s_llama.Detokenize(s_sequences)));
        Assert.Equal(["61E6", "61"], Texts(s_llama.ReadTexts(
            Replies("""{"tokens":[{"id":5,"piece":"a"},{"id":7,"piece":[230]},{"id":5,"piece":"a"}]}"""), s_sequences)));
        Assert.Contains("has no 3 pieces", Assert.Throws<ModelFaultException>(
            () => s_llama.ReadTexts(Replies("""{"tokens":[5,7]}"""), s_sequences)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Vllm_samples_a_token_to_see_whether_it_has_a_text()
    {
        Assert.Equal(["v1/completions " + """
            {"model":"m","prompt":[5],"n":1,"max_tokens":1,"min_tokens":0,"stream":false,"echo":false,"ignore_eos":false,
            "return_token_ids":true,"temperature":0,"top_p":1,"top_k":0,"min_p":0,"repetition_penalty":1,"presence_penalty":0,
            "frequency_penalty":0,"allowed_token_ids":[7],"skip_special_tokens":true}
            """.ReplaceLineEndings("")], Show(s_vllm.AskControl(7, "<s>", 5)));
        Assert.True(s_vllm.ReadControl(Replies("""{"choices":[{"text":""}]}"""), "a"));
        Assert.False(s_vllm.ReadControl(Replies("""{"choices":[{"text":"<s>"}]}"""), "a"));
    }

    [Fact]
    public void SGLang_leaves_control_tokens_out()
    {
        Assert.Equal(["""detokenize {"model":"m","tokens":[[5,7]],"skip_special_tokens":true}"""], Show(s_sglang.AskControl(7, "<s>", 5)));
        Assert.True(s_sglang.ReadControl(Replies("""{"text":["a"]}"""), "a"));
        Assert.False(s_sglang.ReadControl(Replies("""{"text":["a<s>"]}"""), "a"));
    }

    [Fact]
    public void Llama_server_reads_the_name_of_a_control_token_in_two_ways()
    {
        Assert.Equal(["""tokenize {"content":"<s>","add_special":false,"parse_special":true,"with_pieces":false}""",
            """tokenize {"content":"<s>","add_special":false,"parse_special":false,"with_pieces":false}"""],
            Show(s_llama.AskControl(7, "<s>", 5)));
        Assert.True(s_llama.ReadControl(Replies("""{"tokens":[7]}""", """{"tokens":[1,2,3]}"""), "a"));
        Assert.False(s_llama.ReadControl(Replies("""{"tokens":[7]}""", """{"tokens":[7]}"""), "a"));
    }
}
