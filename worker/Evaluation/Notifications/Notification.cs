using RebaseBatch.Contracts.Gates;

namespace RebaseBatch.Evaluation.Notifications;

/// <summary>What is told, to anyone.</summary>
/// <param name="CreatedAt">When the verdict was stored.</param>
/// <param name="IsTest">Whether somebody tries out the address.</param>
sealed record Notification(GateVerdict Verdict, DateTimeOffset CreatedAt, bool IsTest = false);
