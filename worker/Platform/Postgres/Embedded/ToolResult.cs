namespace RebaseBatch.Platform.Postgres.Embedded;

/// <summary>How a program ended. <see cref="NotStarted"/> is the code of a program that could not be started.</summary>
sealed record ToolResult(int ExitCode, string Output)
{
    public const int NotStarted = -1;

    public bool Ok => ExitCode == 0;

    /// <summary>
    /// Why it failed, to quote in an error: the first line that names an error, with the hints and details after it; without one, the last
    /// line. The last line alone hides the reason: initdb ends with what it cleans up.
    /// </summary>
    public string Reason
    {
        get
        {
            var lines = Output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            var error = Array.FindIndex(lines, line => HasWord(line, "error", "FATAL", "PANIC"));
            if (error < 0) return LastLine;
            var more = lines.Skip(error + 1).TakeWhile(line => HasWord(line, "hint", "HINT", "detail", "DETAIL"));
            return string.Join(' ', more.Prepend(lines[error]));
        }
    }

    /// <summary>The last line that it wrote, to quote in an error.</summary>
    public string LastLine =>
        Output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) is [.., var last]
            ? last : $"exit code {ExitCode}";

    static bool HasWord(string line, params IEnumerable<string> words) =>
        words.Any(word => line.Contains($"{word}:", StringComparison.Ordinal) || line.Contains($" {word} while", StringComparison.Ordinal));
}
