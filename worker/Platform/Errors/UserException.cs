namespace RebaseBatch.Platform.Errors;

/// <summary>Something that the user can mend: printed as its one sentence, without a stack trace, and turned into the exit code.</summary>
sealed class UserException(ExitCode code, string message, Exception? inner = null) : Exception(message, inner)
{
    public ExitCode Code { get; } = code;
}
