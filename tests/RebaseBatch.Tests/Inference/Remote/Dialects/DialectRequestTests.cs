using System.Text;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Remote;
using RebaseBatch.Inference.Remote.Dialects;
using Xunit;

namespace RebaseBatch.Tests.Inference.Remote.Dialects;

/// <summary>The exact requests: a field that is missing is a default of the server, and nobody would notice.</summary>
[Fast]
public sealed class DialectRequestTests
{
    static readonly SampleRequest s_plain = new()
    {
        Prompt = new[] { 1, 22, 333 }, MaxTokens = 64, Temperature = 0.7f, Seed = 2147483647, Stop = "\n\n",
    };

    static readonly SampleRequest s_filtered = s_plain with { Filter = new(50, 0.9, 0.05), Stop = null, Temperature = 0, Seed = 0 };

    static void AssertRequest(string path, string json, RemoteRequest? request)
    {
        Assert.NotNull(request);
        Assert.Equal((path, json), (request.Path, Encoding.UTF8.GetString(request.Json.Span)));
        Assert.False(request.IsGet);
    }

    [Fact]
    public void Vllm_samples()
    {
        AssertRequest("v1/completions",
            """
            {"model":"math-7b","prompt":[1,22,333],"n":1,"max_tokens":64,"min_tokens":0,"stream":false,"echo":false,"ignore_eos":false,
            "return_token_ids":true,"seed":2147483647,"temperature":0.7,"top_p":1,"top_k":0,"min_p":0,"repetition_penalty":1,
            "presence_penalty":0,"frequency_penalty":0,"stop":["\n\n"],"include_stop_str_in_output":true}
            """.ReplaceLineEndings(""),
            new VllmDialect("math-7b").Sample(s_plain));
        AssertRequest("v1/completions",
            """
            {"model":"math-7b","prompt":[1,22,333],"n":1,"max_tokens":64,"min_tokens":0,"stream":false,"echo":false,"ignore_eos":false,
            "return_token_ids":true,"seed":0,"temperature":0,"top_p":0.9,"top_k":50,"min_p":0.05,"repetition_penalty":1,
            "presence_penalty":0,"frequency_penalty":0,"stop":[],"include_stop_str_in_output":true}
            """.ReplaceLineEndings(""),
            new VllmDialect("math-7b").Sample(s_filtered));
    }

    [Fact]
    public void Vllm_scores_by_the_tokens_and_not_by_their_texts() => AssertRequest("v1/completions",
        """
        {"model":"prm","prompt":[5,6],"n":1,"max_tokens":1,"min_tokens":0,"stream":false,"echo":false,"ignore_eos":false,
        "return_token_ids":true,"seed":0,"temperature":1,"top_p":1,"top_k":0,"min_p":0,"repetition_penalty":1,"presence_penalty":0,
        "frequency_penalty":0,"stop":[],"logprobs":1,"logprob_token_ids":[648,387],"return_tokens_as_token_ids":true}
        """.ReplaceLineEndings(""),
        new VllmDialect("prm").Score([5, 6], 648, 387));

    [Fact]
    public void Vllm_classifies_by_its_pooling_route() => AssertRequest("pooling",
        """{"model":"prm","input":[5,6],"task":"token_classify","encoding_format":"float","use_activation":true}""",
        new VllmDialect("prm").Classify([5, 6]));

    [Fact]
    public void Vllm_gives_a_heads_number_as_it_is() => AssertRequest("pooling",
        """{"model":"prm","input":[5,6],"task":"token_classify","encoding_format":"float","use_activation":false}""",
        new VllmDialect("prm").Value([5, 6]));

    [Fact]
    public void SGLang_samples()
    {
        AssertRequest("generate",
            """
            {"input_ids":[1,22,333],"sampling_params":{"n":1,"max_new_tokens":64,"min_new_tokens":0,"temperature":0.7,"top_p":1,"top_k":-1,
            "min_p":0,"repetition_penalty":1,"presence_penalty":0,"frequency_penalty":0,"stop":["\n\n"],"no_stop_trim":true,
            "ignore_eos":false,"sampling_seed":2147483647},"return_logprob":false,"stream":false}
            """.ReplaceLineEndings(""),
            new SGLangDialect("m").Sample(s_plain));
        AssertRequest("generate",
            """
            {"input_ids":[1,22,333],"sampling_params":{"n":1,"max_new_tokens":64,"min_new_tokens":0,"temperature":0,"top_p":0.9,"top_k":50,
            "min_p":0.05,"repetition_penalty":1,"presence_penalty":0,"frequency_penalty":0,"stop":[],"no_stop_trim":true,
            "ignore_eos":false,"sampling_seed":0},"return_logprob":false,"stream":false}
            """.ReplaceLineEndings(""),
            new SGLangDialect("m").Sample(s_filtered));
    }

    [Fact]
    public void SGLang_scores_without_log_probabilities_of_the_prompt() => AssertRequest("generate",
        """
        {"input_ids":[5,6],"sampling_params":{"n":1,"max_new_tokens":1,"min_new_tokens":0,"temperature":1,"top_p":1,"top_k":-1,"min_p":0,
        "repetition_penalty":1,"presence_penalty":0,"frequency_penalty":0,"stop":[],"no_stop_trim":true,"ignore_eos":false,
        "sampling_seed":0},"return_logprob":true,"logprob_start_len":-1,"top_logprobs_num":0,"token_ids_logprob":[648,387],
        "return_text_in_logprobs":false,"stream":false}
        """.ReplaceLineEndings(""),
        new SGLangDialect("m").Score([5, 6], 648, 387));

    [Fact]
    public void LlamaServer_samples_with_the_temperature_first()
    {
        AssertRequest("completion",
            """
            {"prompt":[1,22,333],"n_predict":64,"seed":2147483647,"stream":false,"return_tokens":true,"cache_prompt":true,
            "ignore_eos":false,"mirostat":0,"backend_sampling":false,
            "chat_parser":"{\"parsers\":[{\"type\":\"epsilon\"}],\"rules\":{},\"root\":0}",
            "temperature":0.7,"dynatemp_range":0,"samplers":["temperature"],
            "top_k":0,"top_p":1,"min_p":0,"logit_bias":[],"stop":["\n\n"],"n_probs":0}
            """.ReplaceLineEndings(""),
            new LlamaServerDialect().Sample(s_plain));
        AssertRequest("completion",
            """
            {"prompt":[1,22,333],"n_predict":64,"seed":0,"stream":false,"return_tokens":true,"cache_prompt":true,
            "ignore_eos":false,"mirostat":0,"backend_sampling":false,
            "chat_parser":"{\"parsers\":[{\"type\":\"epsilon\"}],\"rules\":{},\"root\":0}","temperature":0,"dynatemp_range":0,
            "samplers":["temperature","top_k","top_p","min_p"],"top_k":50,"top_p":0.9,"min_p":0.05,"logit_bias":[],"stop":[],"n_probs":0}
            """.ReplaceLineEndings(""),
            new LlamaServerDialect().Sample(s_filtered));
    }

    [Fact]
    public void LlamaServer_lifts_both_labels_by_the_same_bias() => AssertRequest("completion",
        """
        {"prompt":[5,6],"n_predict":1,"seed":0,"stream":false,"return_tokens":true,"cache_prompt":true,"ignore_eos":false,"mirostat":0,
        "backend_sampling":false,"chat_parser":"{\"parsers\":[{\"type\":\"epsilon\"}],\"rules\":{},\"root\":0}",
        "samplers":["top_k"],"top_k":2,"logit_bias":[[648,100],[387,100]],"n_probs":2,"post_sampling_probs":true}
        """.ReplaceLineEndings(""),
        new LlamaServerDialect().Score([5, 6], 648, 387));

    [Fact]
    public void A_plain_completions_server_gets_only_what_all_of_them_know()
    {
        AssertRequest("v1/completions",
            """
            {"model":"m","prompt":[1,22,333],"n":1,"max_tokens":64,"stream":false,"echo":false,"seed":2147483647,"temperature":0.7,
            "top_p":1,"presence_penalty":0,"frequency_penalty":0,"stop":["\n\n"],"return_token_ids":true}
            """.ReplaceLineEndings(""),
            new OpenAiDialect("m").Sample(s_plain));
        var filtered = Encoding.UTF8.GetString(new OpenAiDialect("m").Sample(s_filtered).Json.Span);
        Assert.Contains("\"top_p\":0.9,\"top_k\":50,\"min_p\":0.05", filtered, StringComparison.Ordinal);
        Assert.Null(new OpenAiDialect("m").Score([5, 6], 648, 387));
    }

    [Fact]
    public void Texts_are_sent_to_be_tokenized_without_a_token_before_them()
    {
        AssertRequest("tokenize", """{"model":"m","prompt":"a \"b\"\né","add_special_tokens":false}""",
            new VllmDialect("m").Tokenize("a \"b\"\né"));
        AssertRequest("tokenize", """{"model":"m","prompt":"a","add_special_tokens":false}""", new SGLangDialect("m").Tokenize("a"));
        AssertRequest("tokenize", """{"content":"a","add_special":false,"parse_special":false,"with_pieces":false}""",
            new LlamaServerDialect().Tokenize("a"));
        Assert.Null(new OpenAiDialect("m").Tokenize("a"));
    }

    [Theory]
    [InlineData(nameof(RemoteKind.Vllm), (1L << 53) - 1)]
    [InlineData(nameof(RemoteKind.SGLang), int.MaxValue)]
    [InlineData(nameof(RemoteKind.LlamaServer), int.MaxValue)]
    [InlineData(nameof(RemoteKind.OpenAi), (1L << 53) - 1)]
    public void Seeds_have_the_range_that_the_server_takes(string kind, long most) =>
        Assert.Equal(most, RemoteDialect.Of(Enum.Parse<RemoteKind>(kind), null).MaxSeed);
}
