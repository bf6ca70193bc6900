using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using LLama.Native;
using Microsoft.Extensions.Logging.Abstractions;
using RebaseBatch.Inference.Llama;
using RebaseBatch.Inference.Llama.LLamaSharp;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Rewards;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Inference;

public sealed class LLamaSharpModelTests
{
    static readonly LLamaSharpRuntime s_runtime = new(NullLogger.Instance);

    static ILanguageModel Load(string name) => s_runtime.Load(Models.PathOf(name), GpuPlacement.Cpu);

    static UserException Refused(string path, int gpuLayers = 0) =>
        Assert.Throws<UserException>(() => s_runtime.Load(path, new(gpuLayers)).Dispose());

    [Fact]
    public void The_native_files_have_the_structs_that_LLamaSharp_was_written_for()
    {
        s_runtime.Devices();
        var context = LLamaContextParams.Default();
        Assert.Equal((512u, 2048u, 512u, 1u, 0u), (context.n_ctx, context.n_batch, context.n_ubatch, context.n_seq_max, context.n_rs_seq));
        Assert.Equal((4, 4, LLamaPoolingType.Unspecified, LLamaFlashAttentionType.LLAMA_FLASH_ATTENTION_TYPE_AUTO),
            (context.n_threads, context.n_threads_batch, context.llama_pooling_type, context.llama_flash_attn_type));
        Assert.Equal((-1f, 0u, GGMLType.GGML_TYPE_F16, GGMLType.GGML_TYPE_F16),
            (context.yarn_beta_slow, context.yarn_orig_ctx, context.type_k, context.type_v));
        Assert.Equal((false, true, true, true, true, false),
            (context.embeddings, context.offload_kqv, context.no_perf, context.op_offload, context.swa_full, context.kv_unified));
        Assert.Equal((0, (nuint)0), (context.samplers, context.n_samplers));

        var model = LLamaModelParams.Default();
        Assert.Equal((-1, GPUSplitMode.Layer, 0), (model.n_gpu_layers, model.split_mode, model.main_gpu));
        Assert.False(model.vocab_only);
        Assert.Equal((false, true, false, false), (model.check_tensors, model.use_extra_bufts, model.no_host, model.no_alloc));
    }

    [Fact]
    public unsafe void The_batch_of_the_direct_calls_has_LLamaSharps_layout()
    {
        Assert.Equal((56, 56), (sizeof(LlamaBatch), sizeof(LLamaNativeBatch)));
        (string Mine, string Theirs)[] fields =
        [
            (nameof(LlamaBatch.Count), "n_tokens"), (nameof(LlamaBatch.Tokens), "tokens"), (nameof(LlamaBatch.Embeddings), "embd"),
            (nameof(LlamaBatch.Positions), "pos"), (nameof(LlamaBatch.SequenceCounts), "n_seq_id"),
            (nameof(LlamaBatch.Sequences), "seq_id"), (nameof(LlamaBatch.Outputs), "logits"),
        ];
        Assert.All(fields, field =>
            Assert.Equal(Marshal.OffsetOf<LLamaNativeBatch>(field.Theirs), Marshal.OffsetOf<LlamaBatch>(field.Mine)));
    }

    [Fact]
    public async Task A_decode_call_does_not_wait_for_LLamaSharps_lock()
    {
        var theirs = typeof(SafeLLamaContextHandle).GetField("GlobalInferenceLock", BindingFlags.NonPublic | BindingFlags.Static)!
            .GetValue(null)!;
        using var model = Load("tiny-math-policy-s");
        using var context = model.CreateContext(new() { Cells = 256 });
        var batch = new DecodeBatch(4);
        batch.Add(5, 0, 0, true);
        var (held, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        var holding = Task.Factory.StartNew(
            () =>
            {
                lock (theirs)
                {
                    held.SetResult();
                    ((IAsyncResult)release.Task).AsyncWaitHandle.WaitOne();
                }
            }, TaskCreationOptions.LongRunning);
        await held.Task;
        try
        {
            Assert.Equal(DecodeStatus.Ok, await Task.Run(() => context.Decode(batch)).WaitAsync(TimeSpan.FromMinutes(1)));
        }
        finally
        {
            release.SetResult();
            await holding;
        }
    }

    [Fact]
    public void A_model_tells_its_facts()
    {
        using var model = Load("tiny-math-policy-m");
        Assert.Equal((909_440L, 440, 512, 4 * 2 * 128 * 2L),
            (model.Facts.Parameters, model.Facts.VocabularySize, model.Facts.TrainContext, model.Facts.KvBytesPerCell));
        Assert.Equal("llama", model.Metadata("general.architecture"));
        Assert.Null(model.Metadata("no.such.key"));
        Assert.True(model.IsEndOfGeneration(2));
        Assert.False(model.IsEndOfGeneration(14));
    }

    [Theory]
    [InlineData("Ruth has 56 books. She splits them.\nStep 1: 56 / 7 = 8")]
    [InlineData("naïve — ✓ 日本 🙂\t\n")]
    [InlineData("")]
    public void Text_survives_the_tokenizer(string text)
    {
        using var model = Load("tiny-math-policy-m");
        var tokens = model.Tokenize(text, addSpecial: false, parseSpecial: false);
        Assert.Equal(text, Encoding.UTF8.GetString([.. tokens.SelectMany(token => model.Piece(token).ToArray())]));
        Assert.Equal([1, .. tokens], model.Tokenize(text, addSpecial: true, parseSpecial: false));
    }

    [Fact]
    public void An_empty_text_in_the_metadata_is_no_reason_to_refuse_a_model()
    {
        using var model = Load("tiny-math-prm");
        Assert.Equal("", model.Metadata("general.description"));
        Assert.Equal(3, new MathShepherdConvention(model, new RewardPreset(), "tiny-math-prm").Encode("1 + 1 = ?", ["2"])[^1]);
    }

    [Fact]
    public void A_cut_off_model_is_refused_with_the_reason_of_llama_cpp()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "cut.gguf");
        File.WriteAllBytes(path, File.ReadAllBytes(Models.PathOf("tiny-math-policy-s"))[..100_000]);
        var refused = Refused(path);
        Assert.Equal(ExitCode.ModelUnusable, refused.Code);
        Assert.Contains("cut.gguf", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("gave no reason", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_GPU_that_is_not_there_is_an_error_and_not_a_slow_CPU()
    {
        Assert.SkipWhen(s_runtime.Devices().Any(device => device.IsGpu), "this machine has a GPU");
        var refused = Refused(Models.PathOf("tiny-math-policy-s"), gpuLayers: -1);
        Assert.Equal(ExitCode.ModelUnusable, refused.Code);
        Assert.Contains("CUDA_VERSION", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Layers_with_a_running_state_are_refused()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "hybrid.gguf");
        new TinyGguf(TinyModel.LlamaControls, ["\n\n"]).Write(path);
        s_runtime.Load(path, GpuPlacement.Cpu).Dispose();

        // Hybrids state such numbers beside those of their attention; this one has the same length and needs no value.
        var bytes = File.ReadAllBytes(path);
        "llama.ssm..dimension_count"u8.CopyTo(bytes.AsSpan(bytes.AsSpan().IndexOf("llama.rope.dimension_count"u8)));
        File.WriteAllBytes(path, bytes);
        Assert.Contains("not a plain decoder", Refused(path).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_context_that_could_not_be_made_says_why_and_does_not_hold_the_model_in_memory()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "unloaded.gguf");
        File.Copy(Models.PathOf("tiny-math-policy-s"), path);
        var model = s_runtime.Load(path, GpuPlacement.Cpu);
        // llama.cpp has no such attention.
        var refused = Assert.Throws<UserException>(() => model.CreateContext(new()
        {
            Cells = 256, FlashAttention = false, KvCacheType = KvCacheType.Q8_0,
        }));
        Assert.Equal(ExitCode.ModelUnusable, refused.Code);
        Assert.DoesNotContain("gave no reason", refused.Message, StringComparison.Ordinal);
        Assert.True(!OperatingSystem.IsLinux() || IsMapped());
        model.Dispose();
        Assert.False(OperatingSystem.IsLinux() && IsMapped());

        bool IsMapped() => File.ReadLines("/proc/self/maps").Any(line => line.EndsWith(path, StringComparison.Ordinal));
    }

    [Fact]
    public void A_model_closes_the_contexts_that_are_still_open()
    {
        var model = Load("tiny-math-policy-s");
        var context = model.CreateContext(new() { Cells = 256 });
        model.Dispose();
        model.Dispose();
        var batch = new DecodeBatch(4);
        batch.Add(5, 0, 0, true);
        Assert.Throws<ObjectDisposedException>(() => context.Decode(batch));
        context.Dispose();
    }
}
