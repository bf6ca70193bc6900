namespace RebaseBatch.Contracts;

/// <summary>How many problems of a job ended before they were complete, for one reason.</summary>
/// <param name="Reason">As in <see cref="AnswerRecord.EndedBy"/>.</param>
public sealed record EarlyEndRecord(string Reason, int Problems);
