using System.Globalization;
using System.Text;
using RebaseBatch.Commands.Output;
using RebaseBatch.Core.Tables;
using RebaseBatch.Edge.Intake;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Commands.DeadLetters;

/// <summary>Writes dead letters to stdout.</summary>
sealed class DeadLetterListing(CommandContext context, IDeadLetters letters, OutputFormat format)
{
    /// <summary>Longest text in the table's last column, in characters.</summary>
    const int LongestDetail = 100;

    /// <summary>Longest body in the output for people, in characters; JSON and CSV have all of it.</summary>
    const int LongestBody = 4000;

    /// <exception cref="UserException">QueueUnavailable: the queue does not answer, or refuses.</exception>
    public async Task ListAsync(int limit, CancellationToken ct)
    {
        var (rows, hasMore) = await ReadAsync(static _ => true, limit, ct);
        Listing.Write(context.Out, format, rows, Listed);
        if (rows.Count == 0) context.WriteStderr($"{letters.Location} has no dead letters");
        if (hasMore) context.WriteStderr("there are more: raise --limit to show them");
    }

    /// <summary>Shows the dead letters with this name, each with its body.</summary>
    /// <exception cref="UserException">NotFound: there is none. QueueUnavailable: the queue does not answer, or refuses.</exception>
    public async Task ShowAsync(string name, int limit, CancellationToken ct)
    {
        var (rows, hasMore) = await ReadAsync(letter => letter.IsCalled(name), limit, ct);
        if (rows.Count == 0) throw NotFound(name, letters);
        Column<DeadLetter>[] all =
        [
            .. s_columns,
            new("detail", Detail, row => Printable(Detail(row))),
            new("body", Body, row => row.OtherBody is { } other ? $"({other})" : Cut(Printable(Body(row) ?? ""))),
            .. Programs,
        ];
        if (format is not OutputFormat.Table) Listing.Write(context.Out, format, rows, all);
        else foreach (var row in rows) Listing.WriteOne(context.Out, format, row, all);
        if (hasMore) context.WriteStderr($"there are more with the id {name}: raise --limit to show them");
    }

    public static UserException NotFound(string name, IDeadLetters letters) =>
        new(ExitCode.NotFound, $"{letters.Location} has no dead letter {name}; 'rebase dead-letters list' shows those that it has");

    Column<DeadLetter>[] Listed => [.. s_columns, new("detail", Detail, row => FirstLine(Detail(row)), Rank: 1, Least: 20), .. Programs];

    /// <summary>What people read in other columns. It comes last, because programs may count columns.</summary>
    Column<DeadLetter>[] Programs => format is OutputFormat.Table ? [] : [new("other_body", row => row.OtherBody)];

    async Task<(List<DeadLetter> Rows, bool HasMore)> ReadAsync(Predicate<DeadLetter> isWanted, int limit, CancellationToken ct)
    {
        var rows = new List<DeadLetter>();
        try
        {
            await foreach (var letter in letters.PeekAsync(ct))
            {
                if (!isWanted(letter)) continue;
                if (rows.Count == limit) return (rows, true);
                rows.Add(letter);
            }
        }
        catch (IOException e)
        {
            throw new UserException(ExitCode.QueueUnavailable, e.Message, e);
        }
        return (rows, false);
    }

    static readonly Column<DeadLetter>[] s_columns =
    [
        new("message_id", row => row.Id, row => Printable(row.Id), Rank: Rank.Key),
        new("sequence", row => row.Sequence, Rank: 3),
        new("enqueued_at", row => row.IsReadable ? row.EnqueuedAt : null, Rank: 4),
        new("reason", row => row.Reason, row => Printable(row.Reason), Rank: Rank.Verdict),
        new("deliveries", row => row.DeliveryCount, Rank: 6),
        new("bytes", row => row.OtherBody is null ? row.Body.Length : null, row => row.OtherBody ?? HumanText.Bytes(row.Body.Length),
            "size", Rank: 5),
        new("job_name", row => JobMessageReader.NameOf(row.Body),
            row => Printable(JobMessageReader.NameOf(row.Body) ?? ""), Rank: 2, Least: 12),
    ];

    static string Detail(DeadLetter row) => MaskedUri.Within(row.Detail);

    static string? Body(DeadLetter row) => row.OtherBody is null ? MaskedUri.Within(Encoding.UTF8.GetString(row.Body.Span)) : null;

    static string FirstLine(string detail)
    {
        var lines = detail.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length == 0) return "";
        var first = Printable(lines[0].Length > LongestDetail ? $"{lines[0][..LongestDetail]}..." : lines[0]);
        return lines.Length == 1 ? first : string.Create(CultureInfo.InvariantCulture, $"{first} (and {lines.Length - 1} more)");
    }

    static string Cut(string body) => body.Length <= LongestBody ? body
        : string.Create(CultureInfo.InvariantCulture,
            $"{body[..LongestBody]}...\n({body.Length - LongestBody:N0} more characters: --format json shows all of them)");

    // Without this, a sender could move the cursor of the reader's terminal.
    static string Printable(string text) => string.Concat(text.Select(c => char.IsControl(c) && c is not ('\n' or '\t') ? '\uFFFD' : c));
}
