using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Rewards;
using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Tests.Support.Scripted;

/// <summary>A reward model whose score of each node is given. A text has ten tokens for the question and ten for each step.</summary>
sealed class PlannedScores(ILanguageModel model, Func<int, double> score) : IStepScorer
{
    /// <summary>Node, number of tokens, and how many were encoded before, of each text that it scored, in order.</summary>
    public List<(int Node, int Tokens, int Before)> Scored { get; } = [];

    public ILanguageModel Model => model;
    public bool IsAlive => true;
    public EngineStatistics Statistics => default;
    public int MaxSequenceTokens => 4096;
    public string LargerContext => "";

    public int[] Encode(string question, IReadOnlyList<string> steps) => new int[10 * (1 + steps.Count)];

    public Task<StepScore> ScoreAsync(long search, int node, int[] tokens, int encodedBefore, CancellationToken ct)
    {
        Scored.Add((node, tokens.Length, encodedBefore));
        return Task.FromResult(new StepScore(score(node), default));
    }

    public void Assign(long search, IReadOnlyList<Siblings> wave) { }

    public void Retain(long search, IReadOnlySet<int> nodes) { }

    public void Dispose() { }
}
