using System.Text.Json;
using RebaseBatch.Inference.Remote.Dialects;
using RebaseBatch.Inference.Scheduling;
using Xunit;

namespace RebaseBatch.Tests.Inference.Remote.Dialects;

/// <summary>What is read from replies as the servers write them, and what is refused.</summary>
[Fast]
public sealed class DialectReplyTests
{
    static readonly VllmDialect s_vllm = new("m");
    static readonly SGLangDialect s_sglang = new("m");
    static readonly LlamaServerDialect s_llama = new();
    static readonly OpenAiDialect s_openAi = new("m");

    static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;

    static void AssertReply(SampleReply reply, int[] tokens, SampleEnd end, RemoteUsage usage)
    {
        Assert.Equal(tokens, reply.Tokens);
        Assert.Equal((end, usage), (reply.End, reply.Usage));
    }

    static string Refusal(Func<object> read) => Assert.Throws<ModelFaultException>(read).Message;

    [Fact]
    public void Vllm_keeps_the_stop_in_the_tokens()
    {
        AssertReply(s_vllm.ReadSample(Json("""
            {"choices":[{"index":0,"text":"7","finish_reason":"stop","stop_reason":"\n","token_ids":[7,13],"prompt_token_ids":[1]}],
             "usage":{"prompt_tokens":40,"completion_tokens":2,"total_tokens":42,"prompt_tokens_details":{"cached_tokens":32}}}
            """)), [7, 13], SampleEnd.Stop, new(40, 32, 2));
    }

    [Theory]
    [InlineData("""[7,2]""")] // with end-of-sequence
    [InlineData("""[7]""")] // without
    public void Vllm_says_end_of_sequence_by_a_stop_without_a_reason(string ids)
    {
        var reply = s_vllm.ReadSample(Json($$"""
            {"choices":[{"text":"7","finish_reason":"stop","stop_reason":null,"token_ids":{{ids}} }],
             "usage":{"prompt_tokens":40,"completion_tokens":2,"prompt_tokens_details":null} }
            """));
        Assert.Equal((SampleEnd.EndOfGeneration, new RemoteUsage(40, null, 2)), (reply.End, reply.Usage));
        // The id of a stop token of the model's generation_config.
        Assert.Equal(SampleEnd.EndOfGeneration,
            s_vllm.ReadSample(Json("""{"choices":[{"finish_reason":"stop","stop_reason":128009,"token_ids":[7]}]}""")).End);
    }

    [Theory]
    [InlineData("length", SampleEnd.Limit)]
    [InlineData("abort", SampleEnd.Aborted)]
    [InlineData("error", SampleEnd.Aborted)]
    [InlineData("repetition", SampleEnd.Unknown)]
    public void Vllm_says_other_ends(string reason, object end) => AssertReply(
        s_vllm.ReadSample(Json($$"""{"choices":[{"finish_reason":"{{reason}}","token_ids":[3,4]}]}""")), [3, 4], (SampleEnd)end,
        new(0, null, 2));

    [Theory]
    [InlineData("""{"choices":[{"text":"7","finish_reason":"stop","token_ids":null}]}""")]
    [InlineData("""{"choices":[{"text":"7","finish_reason":"stop"}]}""")]
    [InlineData("""{"choices":[]}""")]
    [InlineData("""{"error":{"message":"no"}}""")]
    [InlineData("""[]""")]
    public void A_reply_without_token_ids_is_refused_and_shown(string json)
    {
        Assert.Contains("no token ids in 'token_ids'", Refusal(() => s_vllm.ReadSample(Json(json))), StringComparison.Ordinal);
        Assert.Contains("tokenized again", Refusal(() => s_openAi.ReadSample(Json(json))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("\"7\"")]
    [InlineData("99999999999")]
    public void What_is_no_token_id_is_refused(string id) => Assert.Contains("among the token ids in 'tokens'",
        Refusal(() => s_llama.ReadSample(Json($$"""{"tokens":[3,{{id}}],"stop_type":"word"}"""))), StringComparison.Ordinal);

    [Fact]
    public void Vllm_gives_log_probabilities_by_token()
    {
        var reply = s_vllm.ReadScore(Json("""
            {"choices":[{"token_ids":[99],"logprobs":{"tokens":["token_id:99"],"token_logprobs":[-0.1],
              "top_logprobs":[{"token_id:99":-0.1,"token_id:648":-2.5,"token_id:387":-9999.0}]}}],
             "usage":{"prompt_tokens":40,"completion_tokens":1,"prompt_tokens_details":{"cached_tokens":39}}}
            """), 648, 387);
        Assert.Equal(new(-2.5, -9999, new(40, 39, 1)), reply);
    }

    [Fact]
    public void A_vllm_that_does_not_know_the_field_gives_no_score() => Assert.Contains("no log-probability of token 387",
        Refusal(() => s_vllm.ReadScore(Json("""{"choices":[{"logprobs":{"top_logprobs":[{"token_id:648":-0.1}]}}]}"""), 648, 387)),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("[[0.9,0.1],[0.25,0.75]]")] // for each token
    [InlineData("[[0.25,0.75]]")] // for each tag
    public void Vllm_classifies_the_last_token_and_caches_nothing(string rows)
    {
        var reply = s_vllm.ReadClasses(Json($$"""{"data":[{"index":0,"data":{{rows}} }],"usage":{"prompt_tokens":40} }"""));
        Assert.Equal(0.75, 1 / (1 + Math.Exp(reply.Bad - reply.Good)), 1e-9);
        Assert.Equal(new(40, 0, 0), reply.Usage);
    }

    [Theory]
    [InlineData("""{"data":[{"data":[[3.5,-1.25]]}]}""")] // logits
    [InlineData("""{"data":[{"data":[[0.2,0.3,0.5]]}]}""")]
    [InlineData("""{"data":[{"data":[0.5,0.5]}]}""")] // one embedding
    [InlineData("""{"data":[{"data":"AAAA"}]}""")]
    [InlineData("""{"data":[]}""")]
    public void What_is_no_probability_of_two_classes_is_refused(string json) => Assert.Contains("no probabilities of two classes",
        Refusal(() => s_vllm.ReadClasses(Json(json))), StringComparison.Ordinal);

    [Theory]
    [InlineData("[[3.25],[0.5],[-1.5]]")] // for each token
    [InlineData("[[-1.5]]")] // for each line break
    public void Vllm_gives_the_heads_number_at_the_last_token_and_caches_nothing(string rows) => Assert.Equal(
        new(-1.5, 0, new(40, 0, 0)),
        s_vllm.ReadValue(Json($$"""{"data":[{"index":0,"data":{{rows}} }],"usage":{"prompt_tokens":40} }""")));

    [Theory]
    [InlineData("""{"data":[{"data":[[0.2,0.8]]}]}""")] // two classes
    [InlineData("""{"data":[{"data":[0.5,0.5]}]}""")] // one embedding
    [InlineData("""{"data":[{"data":[["x"]]}]}""")]
    [InlineData("""{"data":[{"data":[]}]}""")]
    [InlineData("""{"object":"error"}""")]
    public void What_is_no_number_for_each_token_is_refused(string json) => Assert.Contains("no number for each token",
        Refusal(() => s_vllm.ReadValue(Json(json))), StringComparison.Ordinal);

    [Fact]
    public void SGLang_says_what_matched()
    {
        AssertReply(s_sglang.ReadSample(Json("""
            {"text":"7\n","output_ids":[7,13,14],"meta_info":{"id":"a","finish_reason":{"type":"stop","matched":"\n"},
             "prompt_tokens":40,"completion_tokens":3,"cached_tokens":32,"weight_version":"default"}}
            """)), [7, 13, 14], SampleEnd.Stop, new(40, 32, 3));
        AssertReply(s_sglang.ReadSample(Json("""
            {"output_ids":[7,2],"meta_info":{"finish_reason":{"type":"stop","matched":2},"prompt_tokens":40,"completion_tokens":2}}
            """)), [7, 2], SampleEnd.EndOfGeneration, new(40, null, 2));
        AssertReply(s_sglang.ReadSample(Json("""{"output_ids":[7],"meta_info":{"finish_reason":{"type":"length","length":1}}}""")),
            [7], SampleEnd.Limit, new(0, null, 1));
        Assert.Equal(SampleEnd.Aborted, s_sglang.ReadSample(Json("""
            {"output_ids":[],"meta_info":{"finish_reason":{"type":"abort","message":"Aborted","status_code":503}}}
            """)).End);
    }

    [Fact]
    public void SGLang_gives_log_probabilities_by_token_in_any_order()
    {
        var reply = s_sglang.ReadScore(Json("""
            {"output_ids":[99],"meta_info":{"prompt_tokens":40,"completion_tokens":1,"cached_tokens":32,
             "output_token_ids_logprobs":[[[-3.5,387,null],[-0.25,648,null]]]}}
            """), 648, 387);
        Assert.Equal(new(-0.25, -3.5, new(40, 32, 1)), reply);
        Assert.Contains("no log-probability of token 648",
            Refusal(() => s_sglang.ReadScore(Json("""{"meta_info":{"output_token_ids_logprobs":[[[-3.5,387,null]]]}}"""), 648, 387)),
            StringComparison.Ordinal);
        Assert.Contains("no log-probability", Refusal(() => s_sglang.ReadScore(Json("{}"), 648, 387)), StringComparison.Ordinal);
    }

    [Fact]
    public void LlamaServer_keeps_the_stop_in_the_tokens_and_says_what_was_cached()
    {
        AssertReply(s_llama.ReadSample(Json("""
            {"content":"7","tokens":[7,13],"stop_type":"word","stopping_word":"\n","tokens_predicted":2,"tokens_evaluated":40,
             "tokens_cached":41,"truncated":false,"timings":{"cache_n":32,"prompt_n":8,"predicted_n":2}}
            """)), [7, 13], SampleEnd.Stop, new(40, 32, 2));
        // Before it said so, only what was not cached was there.
        Assert.Equal(32, s_llama.ReadSample(Json(
            """{"tokens":[7],"stop_type":"eos","tokens_evaluated":40,"timings":{"prompt_n":8}}""")).Usage.Cached);
        AssertReply(s_llama.ReadSample(Json("""{"tokens":[7],"stop_type":"limit","tokens_evaluated":40}""")), [7], SampleEnd.Limit,
            new(40, null, 1));
        Assert.Equal(SampleEnd.Unknown, s_llama.ReadSample(Json("""{"tokens":[7],"stop_type":"none"}""")).End);
    }

    [Fact]
    public void LlamaServer_gives_the_labels_shares()
    {
        var reply = s_llama.ReadScore(Json("""
            {"tokens":[648],"tokens_evaluated":40,"tokens_predicted":1,"timings":{"cache_n":39},"completion_probabilities":
             [{"id":648,"prob":0.75,"top_probs":[{"id":648,"token":"+","prob":0.75},{"id":387,"token":"-","prob":0.25}]}]}
            """), 648, 387);
        Assert.Equal(0.75, 1 / (1 + Math.Exp(reply.Bad - reply.Good)), 1e-9);
        Assert.Equal(new(40, 39, 1), reply.Usage);
    }

    [Fact]
    public void LlamaServer_leaves_a_label_of_probability_0_out()
    {
        var reply = s_llama.ReadScore(Json("""{"completion_probabilities":[{"top_probs":[{"id":387,"prob":1.0}]}]}"""), 648, 387);
        Assert.InRange(1 / (1 + Math.Exp(reply.Bad - reply.Good)), 0, 1e-40);
    }

    [Theory]
    [InlineData("""{"completion_probabilities":[{"top_probs":[{"id":648,"prob":0.7},{"id":12,"prob":0.3}]}]}""")] // the bias was not enough
    [InlineData("""{"completion_probabilities":[{"top_logprobs":[{"id":648,"logprob":-0.7}]}]}""")]
    [InlineData("""{"tokens":[648]}""")]
    public void LlamaServer_shares_of_other_tokens_are_no_score(string json) => Assert.Contains(
        "no probabilities of the tokens 648 and 387", Refusal(() => s_llama.ReadScore(Json(json), 648, 387)), StringComparison.Ordinal);

    [Fact]
    public void A_plain_stop_may_be_the_text_or_the_end()
    {
        Assert.Equal(SampleEnd.Unknown,
            s_openAi.ReadSample(Json("""{"choices":[{"finish_reason":"stop","token_ids":[7]}]}""")).End);
        Assert.Equal(SampleEnd.Limit,
            s_openAi.ReadSample(Json("""{"choices":[{"finish_reason":"length","token_ids":[7]}]}""")).End);
    }
}
