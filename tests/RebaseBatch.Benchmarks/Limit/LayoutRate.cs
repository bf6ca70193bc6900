namespace RebaseBatch.Benchmarks.Limit;

/// <summary>What a layout reaches.</summary>
/// <param name="AllCores">Tokens a second of all cores together.</param>
/// <param name="OneCore">Tokens a second of one core while the others are idle.</param>
sealed record LayoutRate(CallLayout Layout, double AllCores, double OneCore);
