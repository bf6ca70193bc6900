namespace RebaseBatch.Platform.Postgres.Embedded;

/// <summary>How a program ended. <see cref="NotStarted"/> is the code of a program that could not be started.</summary>
sealed record ToolResult(int ExitCode, string Output)
{
    public const int NotStarted = -1;

    public bool Ok => ExitCode == 0;

    /// <summary>The last line that it wrote, to quote in an error.</summary>
    public string LastLine =>
        Output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) is [.., var last]
            ? last : $"exit code {ExitCode}";
}
