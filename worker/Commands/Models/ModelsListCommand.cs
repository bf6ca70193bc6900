using System.CommandLine;
using RebaseBatch.Commands.Output;
using RebaseBatch.Formatting;
using RebaseBatch.Hosting;
using RebaseBatch.Inference.Catalog;

namespace RebaseBatch.Commands.Models;

/// <summary><c>rebase models list</c>: the models that jobs can name.</summary>
static class ModelsListCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var format = FormatOption.Create();
        var command = new Verb("list", """
            Lists the models that jobs can name: the bundled ones and those under Rebase:Models. A job may also name any GGUF file by its path.
            Example: rebase models list --format json
            """) { format };
        command.SetAction(parsed =>
        {
            var context = new CommandContext(surroundings, parsed);
            Listing.Write(context.Out, parsed.GetValue(format) ?? OutputFormat.Table, [.. new ModelCatalog(context.Options.Models).All],
                new("model", row => row.Name),
                new("role", row => row.Role),
                new("origin", row => row.Origin),
                new("bytes", row => File.Exists(row.Path) ? new FileInfo(row.Path).Length : null, row => File.Exists(row.Path) ? Amount.Bytes(new FileInfo(row.Path).Length) : "missing"),
                new("path", row => row.Path));
        });
        return command;
    }
}
