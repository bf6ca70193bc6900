namespace RebaseBatch.Commands.Results;

/// <summary>A view that can be exported by job.</summary>
enum ExportView
{
    Jobs,
    Answers,
    Usage,
    Accuracy,
    Cost,
    Leaderboard,
}
