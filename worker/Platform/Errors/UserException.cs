namespace RebaseBatch.Platform.Errors;

/// <summary>
/// A fault that the user can correct: the program prints its one sentence, without a stack trace, and ends with the exit code.
/// </summary>
sealed class UserException(ExitCode code, string message, Exception? inner = null) : Exception(message, inner)
{
    public ExitCode Code { get; } = code;
}
