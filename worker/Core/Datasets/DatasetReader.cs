using System.Text.Json;
using System.Text.Unicode;
using RebaseBatch.Contracts;

namespace RebaseBatch.Core.Datasets;

/// <summary>
/// Reads problems from JSON Lines. Each line is a problem under the names that public datasets give its fields
/// (<see cref="Questions"/>, <see cref="Golds"/> and <see cref="Choices"/> list them), or a line of an OpenAI batch file. Other fields are
/// ignored.
/// </summary>
static class DatasetReader
{
    /// <summary>1 MB: far more than any context holds. The limit keeps a file without line ends from filling the memory.</summary>
    public const int LongestLine = 1024 * 1024;

    // A property named twice would silently lose one of its values.
    static readonly JsonDocumentOptions s_json = new() { AllowDuplicateProperties = false };

    /// <summary>Reads to the end of <paramref name="stream"/>; a bad line is listed, and reading continues.</summary>
    /// <param name="name">The file's name; a line without an id gets one from the file's stem and the line's number.</param>
    /// <param name="lines">Numbers of the lines that are taken; all by default. Ids made from line numbers do not depend on this
    /// range.</param>
    /// <exception cref="IOException">The stream can't be read.</exception>
    public static async Task<Dataset> ReadAsync(Stream stream, string name, CancellationToken ct, LineRange? lines = null)
    {
        var range = lines ?? LineRange.All;
        var stem = Path.GetFileNameWithoutExtension(name);
        var reading = new ByteLines(stream, LongestLine);
        var problems = new List<ProblemSpec>();
        var invalid = new List<InvalidLine>();
        var blank = new List<int>();
        var lineById = new Dictionary<string, int>(StringComparer.Ordinal);
        while (await reading.ReadAsync(ct) && reading.Number <= range.Last)
        {
            if (reading.Number < range.First) continue;
            if (!reading.IsTooLong && reading.Line.Span.IndexOfAnyExcept(" \t\r"u8) < 0)
            {
                blank.Add(reading.Number);
                continue;
            }
            // Blank lines are bad only when a line follows them: files often end with one or two blank lines.
            invalid.AddRange(blank.Select(number => new InvalidLine(number, "the line is blank")));
            blank.Clear();
            try
            {
                if (reading.IsTooLong) throw new InvalidLineException("the line is longer than 1 MB");
                var problem = Parse(reading.Line, $"{stem}-{reading.Number}");
                if (!lineById.TryAdd(problem.CustomId, reading.Number))
                    throw new InvalidLineException($"custom_id '{problem.CustomId}' stands on line {lineById[problem.CustomId]} already");
                problems.Add(problem);
            }
            catch (InvalidLineException e)
            {
                invalid.Add(new(reading.Number, e.Message));
            }
        }
        return new(problems, invalid);
    }

    static ProblemSpec Parse(ReadOnlyMemory<byte> line, string defaultId)
    {
        if (!Utf8.IsValid(line.Span)) throw new InvalidLineException("the line is not valid UTF-8");
        try
        {
            using var json = JsonDocument.Parse(line, s_json);
            return ProblemLine.Read(json.RootElement, defaultId);
        }
        catch (JsonException e)
        {
            throw new InvalidLineException(e.Message.Contains("uplicate", StringComparison.Ordinal)
                ? "a property stands there twice"
                : $"not valid JSON at byte {(e.BytePositionInLine ?? 0) + 1}");
        }
    }
}
