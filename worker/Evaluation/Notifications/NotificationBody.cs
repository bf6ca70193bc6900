using System.Text.Json;
using RebaseBatch.Contracts;
using RebaseBatch.Contracts.Gates;
using RebaseBatch.Evaluation.Summaries;

namespace RebaseBatch.Evaluation.Notifications;

/// <summary>What is posted, in each form. Equal notifications make equal bodies. Pure.</summary>
static class NotificationBody
{
    /// <summary>How many cells a webhook's body has: many receivers take no more than some hundred kilobytes.</summary>
    public const int MostCells = 100;

    /// <param name="report">The report of the run on the worker's page; null: it is not known.</param>
    public static byte[] Of(NotificationForm form, Notification notification, Uri? report) => form switch
    {
        NotificationForm.Slack => SlackBody.Of(notification, report),
        NotificationForm.Teams => TeamsBody.Of(notification, report),
        _ => Webhook(notification, report),
    };

    static byte[] Webhook(Notification notification, Uri? report)
    {
        var verdict = notification.Verdict;
        var type = notification.IsTest ? VerdictEvent.Test
            : verdict.Answer is GateAnswer.Stale ? VerdictEvent.Stale : VerdictEvent.Judged;
        return JsonSerializer.SerializeToUtf8Bytes(new VerdictEvent(type, notification.CreatedAt, new()
        {
            Verdict = Shortened(verdict),
            CellsLeftOut = Math.Max(0, verdict.Cells.Count - MostCells),
            Lost = VerdictText.Lost(verdict),
            Won = VerdictText.Won(verdict),
            Report = report,
            Summary = VerdictSummary.Of(verdict, report),
        }), ContractsJson.Lines);
    }

    /// <summary>With the worst cells, in the baseline's order.</summary>
    static GateVerdict Shortened(GateVerdict verdict)
    {
        var shown = VerdictText.WorstFirst(verdict).Take(MostCells).ToHashSet<GateCell>(ReferenceEqualityComparer.Instance);
        return verdict with
        {
            Cells = [.. verdict.Cells.Where(shown.Contains)],
            NotInBaseline = [.. verdict.NotInBaseline.Take(MostCells)],
            EngineChanges = [.. verdict.EngineChanges.Take(MostCells)],
            RanOn = [.. verdict.RanOn.Take(MostCells)],
        };
    }
}
