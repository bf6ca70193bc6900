using RebaseBatch.Inference.Catalog;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Inference;

/// <summary>Entries under Rebase:Models for models on servers.</summary>
[Fast]
public sealed class RemoteEntryTests
{
    const string Key = "sk-d0n0tsh0w";

    static ModelOptions Whole() => new()
    {
        Endpoint = "http://gpu-1:8000", Kind = "vllm", Parameters = 7.24e9, Vocabulary = "/models/vocabulary.gguf", ApiKey = Key,
    };

    static ModelProfile Entry(ModelOptions options) =>
        new ModelCatalog(new Dictionary<string, ModelOptions> { ["seven"] = options }).Resolve("seven");

    static string Refused(Action<ModelOptions> change, ExitCode code = ExitCode.BadInput)
    {
        var options = Whole();
        change(options);
        var refused = Assert.Throws<UserException>(() => Entry(options));
        Assert.Equal(code, refused.Code);
        Assert.DoesNotContain(Key, refused.ToString(), StringComparison.Ordinal);
        return refused.Message;
    }

    [Fact]
    public async Task An_entry_with_an_endpoint_is_a_model_on_a_server()
    {
        var options = Whole();
        (options.Endpoint, options.Model) = (" http://gpu-1:8000, https://gpu-2/team/ http://gpu-3:8000\n", "mistral-7b");
        (options.MaxConcurrency, options.ContextTokens, options.TimeoutSeconds) = (64, 4096, 2.5);
        var profile = Entry(options);
        var remote = profile.Remote!;
        Assert.Equal(["http://gpu-1:8000/", "https://gpu-2/team/", "http://gpu-3:8000/"], remote.Endpoints.Select(e => e.AbsoluteUri));
        Assert.Equal((RemoteKind.Vllm, "mistral-7b", Key, 7_240_000_000), (remote.Kind, remote.Model, remote.ApiKey, remote.Parameters));
        Assert.Equal((64, 4096, TimeSpan.FromSeconds(2.5)), (remote.MaxConcurrency, remote.ContextTokens, remote.Timeout));
        Assert.Equal(("server", "/models/vocabulary.gguf"), (profile.Origin, profile.File!.Path));
        Assert.Null(await profile.HashAsync(default));
    }

    [Fact]
    public void What_the_entry_leaves_out_has_a_default()
    {
        var remote = Entry(Whole()).Remote!;
        Assert.Equal((null, 256, null, TimeSpan.FromSeconds(300)),
            (remote.Model, remote.MaxConcurrency, remote.ContextTokens, remote.Timeout));
    }

    [Fact]
    public void The_key_is_in_no_text_of_the_entry()
    {
        var profile = Entry(Whole());
        Assert.DoesNotContain(Key, $"{profile} {profile.Remote}", StringComparison.Ordinal);
        Assert.Contains("http://gpu-1:8000", $"{profile}", StringComparison.Ordinal);
    }

    [Fact]
    public void The_key_may_be_in_a_mounted_file()
    {
        using var folder = new TemporaryFolder();
        var options = Whole();
        (options.ApiKey, options.ApiKeyFile) = (null, folder.Write("key", $"{Key}\n"));
        Assert.Equal(Key, Entry(options).Remote!.ApiKey);
        Assert.Contains("both an ApiKey and an ApiKeyFile", Refused(o => o.ApiKeyFile = options.ApiKeyFile), StringComparison.Ordinal);
        Assert.Contains("with the key of the model 'seven' can't be read",
            Refused(o => (o.ApiKey, o.ApiKeyFile) = (null, Path.Combine(folder.Path, "none")), ExitCode.NotFound),
            StringComparison.Ordinal);
        Assert.Contains("Rebase:Models:seven:ApiKeyFile holds a space",
            Refused(o => (o.ApiKey, o.ApiKeyFile) = (null, folder.Write("two", $"{Key} {Key}"))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_of_the_identity_may_stand_for_the_key()
    {
        var options = Whole();
        (options.ApiKey, options.IdentityScope) = (null, "https://ml.azure.com/.default");
        Assert.Equal((null, "https://ml.azure.com/.default"), (Entry(options).Remote!.ApiKey, Entry(options).Remote!.IdentityScope));
        Assert.Contains("both a key and an IdentityScope", Refused(o => o.IdentityScope = "a"), StringComparison.Ordinal);
        Assert.Contains("write one scope", Refused(o => (o.ApiKey, o.IdentityScope) = (null, "a b")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_tokenizer_json_and_an_address_with_its_hash_are_vocabularies()
    {
        var options = Whole();
        options.Vocabulary = $"https://host/tokenizer.json#sha256={new string('a', 64)}";
        var file = Entry(options).File!;
        Assert.Equal((null, "https://host/tokenizer.json"), (file.Path, $"{file.Uri}"));
        Assert.Contains("its SHA-256 is not stated: write #sha256= and the 64 hex digits behind it in Rebase:Models:seven:Vocabulary",
            Refused(o => o.Vocabulary = "https://host/tokenizer.json"), StringComparison.Ordinal);
        Assert.Contains("is neither a .gguf file nor a tokenizer.json", Refused(o => o.Vocabulary = "/models/vocab.txt"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_has_the_head_of_its_model()
    {
        var options = Whole();
        options.Preset = "qwen2.5-math-prm";
        Assert.Equal("qwen-math-prm", Entry(options).Convention.Name);
        Assert.Contains("remove Rebase:Models:seven:Head", Refused(o => o.Head = "/models/head.safetensors"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_may_tokenize_for_the_worker()
    {
        var options = Whole();
        options.Vocabulary = "server";
        var profile = Entry(options);
        Assert.Equal((null, true), (profile.File, profile.IsHere));
        Assert.Empty(profile.Files());
        Assert.Contains("one of kind openai does not tokenize", Refused(o => (o.Vocabulary, o.Kind) = ("server", "openai")),
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_missing_or_contradicts_is_named_with_its_setting()
    {
        Assert.Contains("set Rebase:Models:seven:Kind to one of vllm, sglang, llama-server, openai", Refused(o => o.Kind = null),
            StringComparison.Ordinal);
        Assert.Contains("the server program 'tgi', and there are vllm, sglang, llama-server, openai", Refused(o => o.Kind = "tgi"),
            StringComparison.Ordinal);
        Assert.Contains("set Rebase:Models:seven:Parameters", Refused(o => o.Parameters = null), StringComparison.Ordinal);
        Assert.Contains("set Rebase:Models:seven:Vocabulary", Refused(o => o.Vocabulary = null), StringComparison.Ordinal);
        Assert.Contains("has both a file (Path) and a server (Endpoint)", Refused(o => o.Path = "/models/seven.gguf"),
            StringComparison.Ordinal);
        Assert.Contains("has the setting Kind, which is for a model on a server",
            Refused(o => (o.Path, o.Endpoint) = ("/models/seven.gguf", null)), StringComparison.Ordinal);
        Assert.Contains("Path, or Endpoint for a model on a server", Assert.Throws<UserException>(() => Entry(new())).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gpu-1:8000", "is no http or https address")]
    [InlineData("ftp://gpu-1", "is no http or https address")]
    [InlineData("http://", "is no http or https address")]
    [InlineData("http://user:sk-d0n0tsh0w@gpu-1:8000", "http://***@gpu-1:8000, which contains a user or a password")]
    [InlineData("http://gpu-1:8000?key=sk-d0n0tsh0w", "has a part behind ? or #")]
    [InlineData("http://gpu-1:8000/v1", "leave out /v1")]
    [InlineData("http://gpu-1:8000 http://gpu-1:8000/", "twice")]
    public void An_address_that_can_t_be_used_is_refused(string endpoint, string why) =>
        Assert.Contains(why, Refused(o => o.Endpoint = endpoint), StringComparison.Ordinal);
}
