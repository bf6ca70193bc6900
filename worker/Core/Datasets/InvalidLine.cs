namespace RebaseBatch.Core.Datasets;

/// <summary>A line that can't be read as a problem.</summary>
/// <param name="Line">1-based.</param>
/// <param name="Reason">What is wrong with it; shown after "line 7: ".</param>
sealed record InvalidLine(int Line, string Reason);
