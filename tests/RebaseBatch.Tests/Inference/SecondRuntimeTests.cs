using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using RebaseBatch.Inference.Llama;
using RebaseBatch.Inference.Llama.LLamaSharp;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Tests.Commands.Models;
using Xunit;

namespace RebaseBatch.Tests.Inference;

/// <summary>The runtime that the test's process does not have.</summary>
public sealed class SecondRuntimeTests
{
    [Fact]
    public async Task The_tests_of_models_and_contexts_hold_for_it_too()
    {
        Type[] suites =
            [typeof(LlamaContextTests), typeof(LlamaModelTests), typeof(LlamaContextHiddenTests), typeof(ManyContextsTests),
                typeof(ModelsCheckTests), typeof(DamagedMetadataTests), typeof(VocabularyOnlyTests),
                typeof(TokenizerConversionTests), typeof(Embeddings.LlamaEmbeddingContextTests),
                typeof(Loading.EmbeddingLoadTests)];
        var (code, output) = await TestProgram.RunAsync(new() { [Models.RuntimeVariable] = Other.ToString() },
            suites.SelectMany(suite => new[] { "-class", suite.FullName! }));
        Assert.True(code == 0, output);
        var total = Regex.Match(output, "Total: ([0-9]+), .*Failed: 0, Skipped: [01], Not Run: 0");
        Assert.True(total.Success && int.Parse(total.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) > 40, output);
    }

    [Fact]
    public void It_is_refused_beside_the_first()
    {
        Models.Runtime.Devices();
        IInferenceRuntime second = Other is InferenceRuntime.LlamaCpp
            ? new LlamaCppRuntime(Models.NativeDirectory, NullLogger.Instance) : new LLamaSharpRuntime(NullLogger.Instance);
        var refused = Assert.Throws<UserException>(() => second.Devices());
        Assert.Contains($"loaded llama.cpp for the runtime {Models.Runtime.Kind}", refused.Message, StringComparison.Ordinal);
    }

    static InferenceRuntime Other =>
        Models.Runtime.Kind is InferenceRuntime.LLamaSharp ? InferenceRuntime.LlamaCpp : InferenceRuntime.LLamaSharp;
}
