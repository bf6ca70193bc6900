using System.Text.Json;
using RebaseBatch.Contracts;
using RebaseBatch.Contracts.Gates;
using RebaseBatch.Evaluation.Summaries;

namespace RebaseBatch.Evaluation.Notifications;

/// <summary>What is posted, in each form. Equal notifications make equal bodies. Pure.</summary>
static class NotificationBody
{
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
            Verdict = verdict,
            Lost = VerdictText.Lost(verdict),
            Won = VerdictText.Won(verdict),
            Report = report,
            Summary = VerdictSummary.Of(verdict, report),
        }), ContractsJson.Lines);
    }
}
