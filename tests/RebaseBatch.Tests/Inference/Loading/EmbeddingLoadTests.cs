using Microsoft.Extensions.Logging.Abstractions;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Tests.Commands;
using Xunit;

namespace RebaseBatch.Tests.Inference.Loading;

public sealed class EmbeddingLoadTests : IDisposable
{
    const string Policy = "tiny-math-policy-s";

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    static ModelPool Pool(Dictionary<string, ModelOptions>? models = null, int most = 4)
    {
        var options = new InferenceOptions
        {
            MaxLoadedModels = most, PolicyThreads = 1, RewardThreads = 1, ContextCells = 512, Runtime = Models.Setting,
        };
        return new(new(models ?? []), new(options, NullLoggerFactory.Instance), options);
    }

    [Fact]
    public async Task Jobs_share_an_embedding_model_and_it_is_unloaded_as_others_are()
    {
        await using var pool = Pool(most: 2);
        var first = await pool.AcquireAsync(Policy, null, Policy, default);
        using (var second = await pool.AcquireAsync(Policy, null, Policy, default)) Assert.Same(first.Embedding, second.Embedding);
        Assert.Equal(first.Policy.Identity, first.Embedding!.Identity);
        Assert.Equal(BundledFile.Sha256(Policy), first.Environment.Embedding!.Sha256);
        Assert.Equal(["embedding", "policy"], pool.Loaded.Select(model => model.Role.ToString().ToLowerInvariant()).Order());
        var text = await first.Embedding.Embedder.EmbedAsync("Step 1: 3 + 4 = 7", default);
        Assert.Equal(64, text.Direction!.Length);

        first.Dispose();
        using var other = await pool.AcquireAsync("tiny-math-policy-m", null, default);
        using var plain = await pool.AcquireAsync(Policy, null, default);
        Assert.Null(plain.Embedding);
        Assert.False(first.Embedding.IsAlive);
    }

    [Fact]
    public async Task What_can_embed_nothing_is_refused_with_a_sentence_and_only_the_job_is_left_to_others()
    {
        await using var pool = Pool(new()
        {
            ["served"] = new() { Endpoint = "http://127.0.0.1:9", Kind = "vllm", Parameters = 1, Vocabulary = "server" },
        });
        foreach (var (model, sentence) in ((string, string)[])
        [
            ("/no/such.gguf", "/no/such.gguf"), ("tiny-math-prm", "is a reward model and can't serve as an embedding model"),
            ("served", "on a server, and embeddings are computed in the worker's own process"),
        ])
        {
            var lack = await Assert.ThrowsAsync<MachineFaultException>(() => pool.AcquireAsync(Policy, null, model, default));
            Assert.Contains(sentence, lack.Message, StringComparison.Ordinal);
            Assert.Null(lack.Model);
        }
    }

    [Fact]
    public void Files_that_llama_cpp_embeds_nothing_with_are_refused_before_it_reads_them()
    {
        foreach (var (key, value, sentence) in ((string, object, string)[])
        [
            ("llama.pooling_type", 4u, "pooling_type is 4"), ("general.architecture", "t5", "encoder of the kind t5"),
            ("general.architecture", "clip", "projector"), ("adapter.type", "lora", "LoRA adapter"),
        ])
        {
            var path = Path.Combine(_folder.Path, $"{Guid.NewGuid():N}.gguf");
            PatchedGguf.Write(Models.PathOf(Policy), path, new Dictionary<string, object?> { [key] = value });
            var refused = Assert.Throws<UserException>(() => Models.Runtime.LoadEmbedder(path, GpuPlacement.Cpu).Dispose());
            Assert.Equal(ExitCode.ModelUnusable, refused.Code);
            Assert.Contains(sentence, refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_encoder_is_checked_listed_and_embeds_in_the_role_embedding_only()
    {
        var path = TinyBert.Write(_folder.Path);
        string[] entry = ["--set", $"Rebase:Models:bge:Path={path}", "--set", "Rebase:Models:bge:Role=Embedding", "--data", _folder.Path,
            "--set", $"Rebase:Inference:Runtime={Models.Runtime.Kind}", "--format", "json"];
        var list = await CommandRun.In(_folder, [], ["models", "list", .. entry]);
        Assert.Contains("\"role\": \"embedding\"", list.Out, StringComparison.Ordinal);
        var check = await CommandRun.In(_folder, [], ["models", "check", "bge", .. entry]);
        Assert.True(check.Code == ExitCode.Ok, check.Error);
        Assert.Contains("embeds texts of up to 64 tokens as 32 numbers", check.Error, StringComparison.Ordinal);

        await using var pool = Pool(new() { ["bge"] = new() { Path = path, Role = ModelRole.Embedding } });
        using var lease = await pool.AcquireAsync(Policy, null, "bge", default);
        var text = await lease.Embedding!.Embedder.EmbedAsync(new string('a', 500), default);
        Assert.Equal((TinyBert.Context, TinyBert.Width), (text.Cost.Evaluated, text.Direction!.Length));
        var lack = await Assert.ThrowsAsync<MachineFaultException>(() => pool.AcquireAsync("bge", null, default));
        Assert.Contains("is an embedding model and can't serve as a policy", lack.Message, StringComparison.Ordinal);
    }
}
