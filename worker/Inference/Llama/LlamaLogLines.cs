using System.Text;

namespace RebaseBatch.Inference.Llama;

/// <summary>
/// llama.cpp writes the lines of its log in pieces: puts them together, and keeps its warnings and the reason of a failure.
/// </summary>
sealed class LlamaLogLines
{
    // ggml_log_level.
    const int Warning = 3, Error = 4, Continued = 5;

    // One for each token of a vocabulary would be too many.
    const int MostWarnings = 200;

    readonly StringBuilder _line = new();
    int _level;

    [ThreadStatic] static string? t_error;
    [ThreadStatic] static List<string>? t_warnings;

    /// <summary>llama.cpp's warnings on this thread since the last call.</summary>
    public static IReadOnlyList<string> TakeWarnings()
    {
        var warnings = t_warnings;
        t_warnings = null;
        return warnings ?? [];
    }

    /// <summary>
    /// llama.cpp's first error on this thread since the last call. It is the reason of a null handle; later errors only say that something
    /// failed.
    /// </summary>
    public static string? TakeError()
    {
        var error = t_error;
        t_error = null;
        return error;
    }

    /// <summary>Takes the next piece. Thread-safe.</summary>
    /// <returns>The line that the piece completes; null when it completes none, or only an empty one.</returns>
    public string? Add(int level, string text)
    {
        lock (_line)
        {
            if (level != Continued) _level = level;
            _line.Append(text);
            if (!text.EndsWith('\n')) return null;
            var line = _line.ToString().TrimEnd();
            _line.Clear();
            if (line.Length == 0) return null;
            if (_level == Error) t_error ??= line;
            if (_level == Warning && (t_warnings ??= []).Count < MostWarnings) t_warnings.Add(line);
            return line;
        }
    }
}
