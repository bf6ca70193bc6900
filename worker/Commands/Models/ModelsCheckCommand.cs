using System.CommandLine;
using Microsoft.Extensions.Logging;
using RebaseBatch.Commands.Output;
using RebaseBatch.Core.Tables;
using RebaseBatch.Hosting;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Commands.Models;

/// <summary><c>rebase models check</c>: loads models and tests them.</summary>
static class ModelsCheckCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var model = new Argument<string[]>("MODEL")
        {
            Description = "Names from 'rebase models list', GGUF files, or https addresses that end with #sha256=... (default: every model "
                + "of the list).",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var role = EnumOption.Create<ModelRole>(
            "--as", "Check the models in this role (default: the role in 'rebase models list', else policy).");
        var tries = new TryOptions();
        var format = FormatOption.Create();
        var command = new DocumentedCommand("check", """
            Loads models as a worker does, and tests them.
            It checks each model's file, its tokenizer and a decode call; for a reward model also the tokens of its convention, its head and
            the self-test of its entry. A model whose file lacks what good answers need fails too, also if llama.cpp only warns of it.
            Of an embedding model (--as embedding) one text must get a vector.
            Of a model on servers it asks each server: whether it answers, what it serves, whether it reads texts as the vocabulary here
            does, whether it scores or samples, and whether one seed gives the same tokens twice.
            Models at an https address are downloaded first. At the first model that can't be used it stops with exit code 5.
            With --try each policy also solves one question, as in a job, and the reward model scores its steps: look whether prompt, step
            boundary and answer form fit. The exit code is 5 if it writes no step or no answer.
            Example: rebase models check my-prm.gguf --as reward
            Example: rebase models check my-policy.gguf --try --reward my-prm.gguf
            """) { model, role, format };
        tries.AddTo(command);
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
                rows.Add(await ModelCheck.RunAsync(loader, asked, context.WriteStderr, ct));
            }

            if (tries.Of(parsed) is { } trial)
            {
                var runner = new TrialRunner(catalog, loader, trial.Sampling, trial.Question);
                var trials = await runner.RunAsync([.. rows.Select(row => row.Profile)], trial.Reward, ct);
                TrialOutput.Write(context.Out, parsed.GetValue(format) ?? OutputFormat.Table, trials);
                return;
            }

            Listing.Write(context.Out, parsed.GetValue(format) ?? OutputFormat.Table, rows,
                new("model", row => row.Profile.Name, Rank: Rank.Key),
                new("role", row => row.Profile.Role ?? ModelRole.Policy, Rank: 1),
                new("ok", _ => true, _ => "ok", Rank: Rank.Verdict),
                new("parameters", row => row.Facts.Parameters, row => HumanText.Of(row.Facts.Parameters), Rank: 2),
                new("vocabulary", row => row.Facts.VocabularySize, Rank: 5),
                new("context", row => row.Facts.TrainContext, Rank: 3),
                new("description", row => row.Facts.Description, Rank: 6, Least: 16),
                new("preset", row => row.Profile.Preset,
                    row => row.Profile.IsRecognized ? $"{row.Profile.Preset} (recognized)" : row.Profile.Preset ?? "", Rank: 4, Least: 10));
        });
        return command;
    }
}
