using RebaseBatch.Platform.Text;

namespace RebaseBatch.Edge.Dashboard;

static class FailuresTable
{
    static readonly string[] s_columns = ["What", "Dataset", "#Job", "#Batch", "Reason", "At (UTC)"];

    public static Html Of(IReadOnlyList<FailureStatus> failures) =>
        HtmlTable.Of("failures", "Recent failures of these jobs", "None.", s_columns, [.. failures.Select(Row)]);

    static Html Row(FailureStatus failure) => Html.Of($"""
        <tr><th scope="row" class="text">{What(failure)}</th><td>{failure.Dataset}</td>
        {HtmlTable.Number(InvariantText.Text(failure.JobId))}{HtmlTable.Number(InvariantText.Text(failure.BatchNo))}
        <td class="text">{failure.Reason}</td><td>{InvariantText.Text(failure.At)}</td></tr>
        """);

    static string What(FailureStatus failure) => failure switch
    {
        { UnwrittenFiles: 1 } => "result files not written",
        { UnwrittenFiles: > 1 } => $"result files not written, and of {HumanText.Of(failure.UnwrittenFiles - 1)} more batches or jobs",
        { BatchNo: null } => "unreadable job",
        { CustomId: null } => "failed attempt",
        { Problems: 1 } => $"no result: {failure.CustomId}",
        _ => $"no result: {failure.CustomId} and {HumanText.Of(failure.Problems - 1)} more",
    };
}
