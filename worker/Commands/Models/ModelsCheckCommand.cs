using System.CommandLine;
using Microsoft.Extensions.Logging;
using RebaseBatch.Commands.Output;
using RebaseBatch.Hosting;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Commands.Models;

/// <summary><c>rebase models check</c>: loads models and tries them out.</summary>
static class ModelsCheckCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var model = new Argument<string[]>("MODEL") { Description = "Names, GGUF files or their https addresses with #sha256=... (default: every model of the list).", Arity = ArgumentArity.ZeroOrMore };
        var role = EnumOption.Create<ModelRole>("--as", "Check it as a policy or as a reward model (default: what the catalog says, else policy).");
        var format = FormatOption.Create();
        var command = new DocumentedCommand("check", """
            Loads models, fetched first where they are elsewhere, and tries them out as a worker would: file, tokenizer, a decode call, and for a reward model its convention's tokens, its head and the self-test of its entry. Exits 5 on the first that can't be used.
            Example: rebase models check my-prm.gguf --as reward
            """) { model, role, format };
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            var catalog = new ModelCatalog(context.Options.Models);
            var named = parsed.GetValue(model) is { Length: > 0 } names ? names.Select(catalog.Resolve) : catalog.All;
            using var logs = LoggerFactory.Create(context.LogToStderr);
            var loader = new ModelLoader(context.Options.Inference, logs, context.ModelCache(logs));
            var rows = new List<(ModelProfile Profile, ModelFacts Facts)>();
            foreach (var profile in named)
            {
                var asked = parsed.GetValue(role) is { } wanted ? profile with { Role = wanted } : profile;
                rows.Add((asked, await ModelCheck.RunAsync(loader, asked, ct)));
            }

            Listing.Write(context.Out, parsed.GetValue(format) ?? OutputFormat.Table, rows,
                new("model", row => row.Profile.Name),
                new("role", row => row.Profile.Role ?? ModelRole.Policy),
                new("ok", _ => true, _ => "ok"),
                new("parameters", row => row.Facts.Parameters, row => HumanText.Of(row.Facts.Parameters)),
                new("vocabulary", row => row.Facts.VocabularySize),
                new("context", row => row.Facts.TrainContext),
                new("description", row => row.Facts.Description));
        });
        return command;
    }
}
