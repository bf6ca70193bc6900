using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.Diagnosis;

/// <summary>What a <see cref="DoctorCheck"/> found.</summary>
/// <param name="WayOut">What the user can do; null if nothing is wrong.</param>
sealed record DoctorFinding(string Name, bool IsOk, string Detail, string? WayOut, ExitCode Code);
