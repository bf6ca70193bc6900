using RebaseBatch.Core.Searching;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Rewards;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Inference.Loading;

/// <summary>Tries a model as a worker would use it: load, tokenize, decode, read.</summary>
static class ModelCheck
{
    const string Question = "Mia has 3 bags of 3 books each. How many books does she have?";

    /// <param name="say">Takes what each server of a model on servers was found to do.</param>
    /// <returns>How it is used, with a recognized preset, and what the file says about itself.</returns>
    /// <exception cref="UserException">It can't serve its role; the sentence says why.</exception>
    public static async Task<(ModelProfile Profile, ModelFacts Facts)> RunAsync(
        ModelLoader loader, ModelProfile profile, Action<string> say, CancellationToken ct)
    {
        if (profile.Role is ModelRole.Embedding) profile = profile.AsEmbedding();
        profile = await loader.FetchAsync(profile, ct);
        if (profile.Remote is not null) return await ServedModelCheck.RunAsync(loader, profile, say, ct);
        var (loaded, _) = await loader.LoadAsync(profile, ct);
        using var model = loaded;
        loader.LogRemarks(profile, model);
        if (model.Remarks.Where(remark => remark.Spoils).Select(remark => remark.Text).ToList() is { Count: > 0 } faults)
            throw new UserException(ExitCode.ModelUnusable,
                $"the model '{profile.Name}' loads, and its answers or scores would be worse than they should be: "
                    + $"{string.Join("; ", faults)}");
        if (profile.Role == ModelRole.Reward)
        {
            profile = loader.Recognized(model, profile);
            var convention = loader.ConventionOf(model, profile);
            RewardProbe.Scores(model, convention, profile.Name, Question, ["Step 1: Mia has 3 * 3 = 9 books."],
                loader.RewardContext(model));
            return (profile, model.Facts);
        }

        if (profile.Role is ModelRole.Embedding)
        {
            CheckEmbedding(loader, profile, model, say);
            return (profile, model.Facts);
        }

        var tokens = profile.Prompt.Encode(model, Question);

        using var context = model.CreateContext(new()
        {
            Cells = Math.Max(256, tokens.Length), BatchTokens = tokens.Length, MaxSequences = 1,
        });
        var batch = new DecodeBatch(tokens.Length);
        for (var i = 0; i < tokens.Length; i++) batch.Add(tokens[i], i, 0, i == tokens.Length - 1);
        if (context.Decode(batch) != DecodeStatus.Ok || !float.IsFinite(context.Logits(tokens.Length - 1)[tokens[^1]]))
            throw new UserException(ExitCode.ModelUnusable,
                $"the model '{profile.Name}' loads, but decodes no text: convert or download {profile.File} again");
        return (profile, model.Facts);
    }

    static void CheckEmbedding(ModelLoader loader, ModelProfile profile, ILanguageModel model, Action<string> say)
    {
        using var context = model.CreateEmbeddingContext(loader.EmbeddingContextOf(model));
        var vector = new float[context.Width];
        if (!context.Embed([model.Tokenize(Question, addSpecial: true, parseSpecial: false)], vector) || UnitVector.Of(vector) is null)
            throw new UserException(ExitCode.ModelUnusable,
                $"the model '{profile.Name}' loads, but embeds no text: convert or download {profile.File} again");
        say($"'{profile.Name}' embeds texts of up to {context.BatchTokens} tokens as {context.Width} numbers");
    }
}
