namespace RebaseBatch.Platform.Http;

/// <summary>What is answered to a GET of a path; nothing here takes parameters, but for a number as the last segment of a path.</summary>
sealed class Route
{
    Route(string path, bool isNumbered, Func<long, CancellationToken, Task<Reply>> answer) => (Path, IsNumbered, AnswerAsync) = (path, isNumbered, answer);

    /// <param name="path">Begins with a slash; compared case by case.</param>
    public Route(string path, Func<CancellationToken, Task<Reply>> answer) : this(path, isNumbered: false, (_, ct) => answer(ct))
    {
    }

    /// <summary>The path, up to and with the slash before the number where there is one.</summary>
    public string Path { get; }

    public bool IsNumbered { get; }

    /// <summary>The number is 0 where the path has none.</summary>
    public Func<long, CancellationToken, Task<Reply>> AnswerAsync { get; }

    /// <param name="path">Begins and ends with a slash; a number of 1 or more follows it, written in one way only.</param>
    public static Route Numbered(string path, Func<long, CancellationToken, Task<Reply>> answer) => new(path, isNumbered: true, answer);
}
