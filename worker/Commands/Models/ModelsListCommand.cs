using System.CommandLine;
using Microsoft.Extensions.Logging;
using RebaseBatch.Commands.Output;
using RebaseBatch.Core.Tables;
using RebaseBatch.Hosting;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Gguf;
using RebaseBatch.Platform.Remote;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Commands.Models;

/// <summary><c>rebase models list</c>: the models that jobs can name.</summary>
static class ModelsListCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var format = FormatOption.Create();
        var command = new DocumentedCommand("list", """
            Lists the models that jobs can name: the bundled models and those of the setting Rebase:Models.
            Of a model on a server the path is the server's address; 'rebase models check' asks the server.
            A job can also name any GGUF file by its path or its https address.
            Example: rebase models list --format json
            """) { format };
        command.SetAction(parsed =>
        {
            var context = new CommandContext(environment, parsed);
            using var logs = LoggerFactory.Create(context.LogToStderr);
            var cache = context.ModelCache(logs);
            Listing.Write(context.Out, parsed.GetValue(format) ?? OutputFormat.Table, [.. new ModelCatalog(context.Options.Models).All],
                new("model", row => row.Name, Rank: Rank.Key),
                new("role", row => row.Role, Rank: Rank.Verdict),
                new("origin", row => row.Origin, Rank: 3, Least: 8),
                new("bytes", row => row.Remote is null ? BytesOf(row.File!.In(cache)) : null, row => SizeOf(row, cache), "size", Rank: 2),
                new("path", row => row.Remote is { } remote ? string.Join(' ', remote.Endpoints.Select(RemoteModel.Show)) : row.File,
                    Rank: 1, Least: 16),
                new("preset", row => row.Preset, Rank: 4, Least: 10));
        });
        return command;
    }

    static string SizeOf(ModelProfile model, ModelCache cache) => model.Remote is not null ? ""
        : BytesOf(model.File!.In(cache)) is { } bytes ? HumanText.Bytes(bytes) : model.File.Uri is null ? "missing" : "not downloaded";

    static long? BytesOf(ModelFile file) => file.Path is not { } path || !File.Exists(path)
        ? null : GgufShards.Of(path).Sum(shard => new FileInfo(shard).Length);
}
