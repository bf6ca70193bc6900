namespace RebaseBatch.Evaluation.Sweeps;

/// <summary>What an estimate rests on.</summary>
enum CostBasis
{
    /// <summary>Jobs with the same models, strategy and width.</summary>
    SameWidth,

    /// <summary>Jobs with the same models and strategy, scaled from the nearest width.</summary>
    OtherWidth,

    /// <summary>Jobs with the same models and another strategy, scaled by width.</summary>
    OtherStrategy,

    /// <summary>None: the longest solutions that the settings allow, an upper bound.</summary>
    Limits,
}
