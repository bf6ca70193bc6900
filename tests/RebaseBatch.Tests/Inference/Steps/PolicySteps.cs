using System.Text;
using RebaseBatch.Core.Searching;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Scheduling;
using RebaseBatch.Inference.Steps;
using Xunit;

namespace RebaseBatch.Tests.Inference.Steps;

/// <summary>Requests to the bundled policy S, and what it must answer: decoded token by token in a context of its own.</summary>
static class PolicySteps
{
    static readonly Lazy<(int[] Tokens, int End)> s_greedy = new(Decode);

    /// <summary>A prompt that the policy was trained on.</summary>
    public static int[] Question { get; } = PromptPreset.All[0].Encode(
        Models.PolicyS, "Ruth has 56 books. She splits the books into 7 equal piles and keeps one pile. Then she finds 88 more books. Then "
            + "she gives Max 10 books. How many books does she have left?");

    public static int EndOfGeneration => s_greedy.Value.End;

    /// <summary>The most probable tokens after <see cref="Question"/>, without end-of-generation.</summary>
    public static int[] Greedy(int most) => s_greedy.Value.Tokens[..Math.Min(most, s_greedy.Value.Tokens.Length)];

    public static string TextOf(ReadOnlySpan<int> tokens)
    {
        var bytes = new List<byte>();
        foreach (var token in tokens) bytes.AddRange(Models.PolicyS.Piece(token));
        return Encoding.UTF8.GetString([.. bytes]);
    }

    public static StepRequest Request(int[] prefix, int children = 1, int most = 64, float temperature = 1) => new()
    {
        Search = 1, Prefix = prefix, Depth = 1, Boundary = StepBoundary.Line, Temperature = temperature, MaxTokens = most,
        Children = [.. Enumerable.Range(0, children).Select(i => (1 + i, RandomStream.ForSearch(11, 1).Child(i)))],
    };

    public static async Task<SampledStep[]> SampleAsync(IStepSampler sampler, StepRequest request) =>
        await Task.WhenAll(sampler.Sample(request, CancellationToken.None)).WaitAsync(TimeSpan.FromMinutes(1));

    static (int[] Tokens, int End) Decode()
    {
        using var context = Models.PolicyS.CreateContext(new() { Cells = 512, MaxSequences = 1 });
        var (batch, tokens) = (new DecodeBatch(context.BatchTokens), Question.ToList());
        var sampler = new TokenSampler(Models.PolicyS.Facts.VocabularySize);
        for (var held = 0; ; held = tokens.Count - 1)
        {
            batch.Clear();
            for (var at = held; at < tokens.Count; at++) batch.Add(tokens[at], at, 0, at == tokens.Count - 1);
            Assert.Equal(DecodeStatus.Ok, context.Decode(batch));
            var token = sampler.Draw(context.Logits(batch.Count - 1), 0, 0);
            if (Models.PolicyS.IsEndOfGeneration(token)) return ([.. tokens.Skip(Question.Length)], token);
            tokens.Add(token);
        }
    }
}
