using System.Text.Json;
using RebaseBatch.Inference.Remote.Dialects;
using RebaseBatch.Inference.Scheduling;
using Xunit;

namespace RebaseBatch.Tests.Inference.Remote.Dialects;

[Fast]
public sealed class RemoteFactsTests
{
    const string Two = """{"data":[{"id":"a","root":"org/a","max_model_len":4096},{"id":"b","root":"org/b","max_model_len":512}]}""";

    static IReadOnlyList<JsonElement?> Replies(params string?[] replies) =>
        [.. replies.Select(reply => reply is null ? (JsonElement?)null : JsonDocument.Parse(reply).RootElement)];

    [Fact]
    public void Vllm_says_where_the_weights_came_from()
    {
        var dialect = new VllmDialect(null);
        Assert.Equal(["v1/models", "version"], dialect.FactPaths);
        Assert.Equal(new("b", "org/b", "0.14.0", 512), dialect.ReadFacts(Replies(Two, """{"version":"0.14.0"}"""), "b"));
        Assert.Equal(new("a", "", "", null), dialect.ReadFacts(Replies("""{"data":[{"id":"a"}]}""", null), null));
    }

    [Fact]
    public void SGLang_says_its_weights_version() => Assert.Equal(new("a", "org/a v7", "0.5.6", 4096), new SGLangDialect(null).ReadFacts(
        Replies(Two, """{"model_path":"org/a","weight_version":"v7"}""", """{"version":"0.5.6"}"""), "a"));

    [Fact]
    public void LlamaServer_says_its_file_and_the_context_of_one_slot() => Assert.Equal(
        new("a", "a-Q8_0.gguf 7241732096 7695857664", "b7000-abc", 2048), new LlamaServerDialect().ReadFacts(Replies(
            """{"data":[{"id":"a","meta":{"n_params":7241732096,"size":7695857664,"n_ctx_train":32768}}]}""",
            """{"default_generation_settings":{"n_ctx":2048},"model_path":"/srv/models/a-Q8_0.gguf","build_info":"b7000-abc"}"""), null));

    [Theory]
    [InlineData("c", Two, "it has no model 'c', it has 'a', 'b'")]
    [InlineData(null, Two, "it serves 'a', 'b': name one of them in the entry's Model")]
    [InlineData(null, """{"data":[]}""", "it serves no model")]
    [InlineData("a", """{"data":[]}""", "it has no model 'a'")]
    [InlineData("a", """{"detail":"no"}""", "its list of models at v1/models can't be read: {\"detail\":\"no\"}")]
    public void A_model_that_is_not_there_is_refused(string? wanted, string models, string reason) => Assert.Equal(reason,
        Assert.Throws<ModelFaultException>(() => new OpenAiDialect(null).ReadFacts(Replies(models), wanted)).Message);
}
