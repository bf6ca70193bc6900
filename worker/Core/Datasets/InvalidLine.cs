namespace RebaseBatch.Core.Datasets;

/// <summary>A line that is no problem.</summary>
/// <param name="Line">1-based.</param>
/// <param name="Reason">What is wrong with it, to stand behind "line 7: ".</param>
sealed record InvalidLine(int Line, string Reason);
