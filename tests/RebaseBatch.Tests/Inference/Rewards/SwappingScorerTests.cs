using Microsoft.Extensions.Logging.Abstractions;
using RebaseBatch.Inference.Rewards;
using RebaseBatch.Inference.Scheduling.Scoring;

namespace RebaseBatch.Tests.Inference.Rewards;

/// <summary>The scorer in this process, over readers that swap paths in and out.</summary>
public sealed class SwappingScorerTests : StepScorerConformance, IDisposable
{
    readonly StepScorer _scorer = new(Models.Reward, new SwappingEngines(
        "reward", [.. Enumerable.Range(0, 2).Select(_ => Models.Reward.CreateContext(new() { Cells = 768, MaxSequences = 8 }))],
        Models.Reward.Facts.VocabularySize, new() { MaxRunning = 32, Threads = new(2), EnoughTokens = 8 }, Models.Reward.Facts.TrainContext,
        8192, Models.Reward.Facts.KvBytesPerCell, NullLogger.Instance), Convention);

    private protected override IStepScorer Scorer => _scorer;

    public void Dispose() => _scorer.Dispose();

    private protected override Task<int> ScoringAsync() => Task.FromResult(_scorer.Statistics.Load.Waiting);
}
