using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.Diagnosis;

/// <summary>What a <see cref="DoctorCheck"/> found.</summary>
/// <param name="WayOut">What to do; null when all is right.</param>
sealed record DoctorFinding(string Name, bool IsOk, string Detail, string? WayOut, ExitCode Code);
