namespace RebaseBatch.Contracts;

/// <summary>How many problems of a job have no answer, for one main cause.</summary>
/// <param name="Solutions">Solutions of these problems that ended by the cause; 0 where a version stored no counts.</param>
/// <param name="OfSolutions">All solutions of these problems.</param>
public sealed record UnansweredRecord(UnansweredCause Cause, int Problems, long Solutions, long OfSolutions);
