namespace RebaseBatch.Evaluation.Notifications;

/// <summary>Whom to tell about a schedule.</summary>
sealed record NotificationTarget(NotificationAddress Address, NotificationForm Form, NotifyOn On);
