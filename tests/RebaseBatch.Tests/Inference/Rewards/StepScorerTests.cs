using Microsoft.Extensions.Logging.Abstractions;
using RebaseBatch.Inference.Rewards;
using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Tests.Inference.Rewards;

/// <summary>The scorer in this process, over contexts that hold whole trees.</summary>
public sealed class StepScorerTests : StepScorerConformance, IDisposable
{
    readonly StepScorer _scorer = new(Models.Reward, new EngineGroup(
        "reward", [.. Enumerable.Range(0, 2).Select(_ => Models.Reward.CreateContext(new() { Cells = 512, MaxSequences = 64 }))],
        Models.Reward.Facts.VocabularySize, new() { MaxRunning = 32, Threads = new(2) }, NullLogger.Instance), Convention);

    private protected override IStepScorer Scorer => _scorer;

    public void Dispose() => _scorer.Dispose();

    private protected override Task<int> ScoringAsync() =>
        Task.FromResult(_scorer.Statistics.Load is var load ? load.CellsUsed + load.Waiting : 0);
}
