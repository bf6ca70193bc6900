using System.CommandLine;
using RebaseBatch.Commands.Output;
using RebaseBatch.Core.Tables;
using RebaseBatch.Durable.Results;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.Results;

/// <summary><c>rebase results views [NAME]</c>: what <c>results query</c> can read.</summary>
static class ResultsViewsCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var name = new Argument<string?>("NAME")
        {
            Description = "The view whose columns are listed, such as v_jobs (default: list the views).", Arity = ArgumentArity.ZeroOrOne,
        };
        var format = FormatOption.Create();
        var command = new DocumentedCommand("views", """
            Lists the views that 'rebase results query' reads, or the columns of one view, and says what they are.
            Example: rebase results views
            Example: rebase results views v_answers
            """) { name, format };
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            await using var database = await context.OpenDatabaseAsync(ct);
            var catalog = new ViewCatalog(database.DataSource);
            var how = parsed.GetValue(format) ?? OutputFormat.Table;
            if (parsed.GetValue(name) is { } view) Listing.Write(context.Out, how, await ColumnsAsync(catalog, view, ct), s_columns);
            else Listing.Write(context.Out, how, await catalog.ViewsAsync(ct), s_views);
        });
        return command;
    }

    static readonly Column<ViewEntry>[] s_views =
    [
        new("view", row => row.Name, Rank: Rank.Key),
        new("description", row => row.About, Rank: 1, Least: 24, Wraps: true),
    ];

    static readonly Column<ViewColumn>[] s_columns =
    [
        new("column", row => row.Name, Rank: Rank.Key),
        new("type", row => row.Type, Rank: 2),
        new("description", row => row.About, Rank: 1, Least: 24, Wraps: true),
    ];

    static async Task<IReadOnlyList<ViewColumn>> ColumnsAsync(ViewCatalog catalog, string view, CancellationToken ct) =>
        await catalog.ColumnsAsync(view.ToLowerInvariant(), ct) is { Count: > 0 } columns ? columns
            : throw new UserException(ExitCode.NotFound, $"there is no view '{view}'; 'rebase results views' lists the views");
}
