using Microsoft.Extensions.Logging.Abstractions;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Tests.Inference.Scheduling.Scoring;

/// <summary>Contexts that hold whole trees.</summary>
[Fast]
public sealed class EngineGroupScoringTests : ScoringEnginesConformance
{
    private protected override IScoringEngines Open(Func<DecodeContextOptions, IDecodeContext> open, EngineOptions options)
    {
        var size = new DecodeContextOptions { Cells = 4096, MaxSequences = 32, BatchTokens = 64 };
        return new EngineGroup("reward", [open(size), open(size)], 40, options, NullLogger.Instance);
    }
}
