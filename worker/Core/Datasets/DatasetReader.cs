using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using RebaseBatch.Contracts;

namespace RebaseBatch.Core.Datasets;

/// <summary>
/// Reads problems from JSON Lines, a JSON array, CSV or TSV, also packed with gzip or in UTF-16, or from Parquet. Each line,
/// item or row is a problem under
/// the names that public datasets give its fields (<see cref="Questions"/>, <see cref="Golds"/> and <see cref="Choices"/> list them), or a
/// line of an OpenAI batch file. Other fields are ignored.
/// </summary>
static class DatasetReader
{
    /// <summary>1 MB: far more than any context holds. The limit keeps a file without line ends from filling the memory.</summary>
    public const int LongestLine = 1024 * 1024;

    /// <summary>1 GiB. A few MB of gzip may unpack to more than the memory has.</summary>
    public const long MostUnpacked = 1L << 30;

    // What a line without a problem takes of the memory, at least.
    const int BytesOfRecord = 64;

    // A property named twice would silently lose one of its values.
    static readonly JsonDocumentOptions s_json = new() { AllowDuplicateProperties = false };

    /// <summary>Reads to the end of <paramref name="stream"/>; a bad line is listed, and reading continues.</summary>
    /// <param name="name">The file's name; a line without an id gets one from the file's stem and the line's number.</param>
    /// <param name="lines">Numbers of the lines that are taken; all by default. Ids made from line numbers do not depend on this
    /// range.</param>
    /// <param name="mostUnpacked">Bytes that the records of a packed file may have together.</param>
    /// <param name="named">The fields that the user names; by default none.</param>
    /// <exception cref="IOException">The stream can't be read.</exception>
    /// <exception cref="UnknownFieldException">No line has a field that the user names.</exception>
    public static async Task<Dataset> ReadAsync(Stream stream, string name, CancellationToken ct, LineRange? lines = null,
        long mostUnpacked = MostUnpacked, DatasetFields? named = null)
    {
        named ??= new();
        var watch = new NamedFields(named, []);
        var range = lines ?? LineRange.All;
        var stem = Path.GetFileNameWithoutExtension(name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name);
        var (problems, lineNumbers, tally) = (new List<ProblemSpec>(), new List<int>(), new DatasetTally());
        var invalid = new List<InvalidLine>();
        var blank = new List<int>();
        var lineById = new Dictionary<string, int>(StringComparer.Ordinal);
        var (number, unpacked) = (0, 0L);
        try
        {
            var (records, isPacked, columns) = await DatasetFormat.OpenAsync(stream, LongestLine, named, ct);
            watch = new(named, columns);
            while (await records.ReadAsync(ct) && records.Number <= range.Last)
            {
                number = records.Number;
                if (isPacked && (unpacked += records.Line.Length + BytesOfRecord) > mostUnpacked)
                {
                    invalid.Add(new(number, $"the file unpacks to more than {mostUnpacked >> 20} MB; unpack it, or split it into several"));
                    break;
                }
                if (number >= range.First) Add(records);
            }
        }
        catch (InvalidDataException e)
        {
            invalid.Add(new(number + 1, $"the gzip data is damaged behind this place ({e.Message})"));
        }
        catch (InvalidLineException e)
        {
            invalid.Add(new(number + 1, e.Message));
        }
        catch (DecoderFallbackException)
        {
            invalid.Add(new(number + 1, "the file is not valid UTF-16 behind this place"));
        }
        watch.Check();
        return new(problems, invalid) { Lines = lineNumbers, Summary = tally.Summary() };

        void Add(IRecords reading)
        {
            if (reading.Fault is null && reading.Line.Span.IndexOfAnyExcept(" \t\r"u8) < 0)
            {
                blank.Add(reading.Number);
                return;
            }
            // Blank lines are bad only when a line follows them: files often end with one or two blank lines.
            invalid.AddRange(blank.Select(line => new InvalidLine(line, "the line is blank")));
            blank.Clear();
            try
            {
                if (reading.Fault is { } fault) throw new InvalidLineException(fault);
                var read = Parse(reading.Line, $"{stem}-{reading.Number}", named, watch);
                var problem = read.Problem;
                if (!lineById.TryAdd(problem.CustomId, reading.Number))
                    throw new InvalidLineException($"custom_id '{problem.CustomId}' stands on line {lineById[problem.CustomId]} already");
                problems.Add(problem);
                lineNumbers.Add(reading.Number);
                tally.Add(reading.Number, read);
            }
            catch (InvalidLineException e)
            {
                invalid.Add(new(reading.Number, e.Message));
            }
        }
    }

    static LineReading Parse(ReadOnlyMemory<byte> line, string defaultId, DatasetFields named, NamedFields watch)
    {
        if (!Utf8.IsValid(line.Span)) throw new InvalidLineException("the line is not valid UTF-8");
        try
        {
            using var json = JsonDocument.Parse(line, s_json);
            watch.Look(json.RootElement);
            return ProblemLine.Read(json.RootElement, defaultId, named);
        }
        catch (InvalidOperationException) // the check for properties that stand there twice reads all names
        {
            throw new InvalidLineException("the name of a property has half of a surrogate pair, which is no character");
        }
        catch (JsonException e)
        {
            throw new InvalidLineException(e.Message.Contains("uplicate", StringComparison.Ordinal)
                ? "a property stands there twice"
                : $"not valid JSON at byte {(e.BytePositionInLine ?? 0) + 1}");
        }
    }
}
