using System.Security.Cryptography;
using System.Text;
using RebaseBatch.Contracts;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Remote.Dialects;
using RebaseBatch.Inference.Remote.Tokens;
using RebaseBatch.Inference.Rewards;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Inference.Remote;

/// <summary>Sets up models that servers serve, after the checks that they serve what the catalog says.</summary>
static class RemoteLoad
{
    const string Question = "Mia has 3 bags of 3 books each. How many books does she have?";

    /// <param name="profile">One with <see cref="ModelProfile.Remote"/>.</param>
    /// <param name="vocabulary">Stays the caller's also when this throws.</param>
    /// <param name="pool">The sampler disposes it; it stays the caller's when this throws.</param>
    /// <exception cref="UserException">ModelUnusable: the sentence says why.</exception>
    /// <exception cref="MachineFaultException">No server answers.</exception>
    public static async Task<(RemoteSampler Sampler, ModelIdentity Identity, RemoteFacts Facts)> PolicyAsync(
        ModelProfile profile, ILanguageModel vocabulary, EndpointPool pool, CancellationToken ct)
    {
        var (remote, probe) = (profile.Remote!, new RemoteProbe(profile.Name, profile.Remote!, pool));
        var facts = await probe.FactsAsync(ct);
        pool.Recheck((endpoint, stop) => probe.SameAsync(endpoint, facts, stop), probe.There);
        var dialect = RemoteDialect.Of(remote.Kind, facts.Model);
        // The bytes of a mark may be spread over tokens that the server does not give back without loss.
        if (vocabulary is ServedVocabulary { HasBytes: false } && !Ascii.IsValid(profile.Prompt.Boundary.Mark))
            throw probe.Unusable($"its steps end at '{profile.Prompt.Boundary.Mark}', which is not ASCII, and the server gives texts and "
                + $"no bytes of tokens: set Rebase:Models:{profile.Name}:Vocabulary to the model's tokenizer.json or a GGUF file of it");
        await probe.CheckVocabularyAsync(vocabulary, dialect, ct);
        await probe.SampleAsync(dialect, await PromptAsync(profile, vocabulary, ct), tokens: 1, again: false, ct);
        return (new(profile.Name, vocabulary, remote, facts, dialect, pool), Identity(profile, facts), facts);
    }

    /// <summary>A reward model. Its self-test runs too.</summary>
    /// <inheritdoc cref="PolicyAsync"/>
    public static async Task<(RemoteScorer Scorer, ModelIdentity Identity, RemoteFacts Facts)> RewardAsync(
        ModelProfile profile, ILanguageModel vocabulary, EndpointPool pool, CancellationToken ct)
    {
        var (remote, probe) = (profile.Remote!, new RemoteProbe(profile.Name, profile.Remote!, pool));
        var facts = await probe.FactsAsync(ct);
        pool.Recheck((endpoint, stop) => probe.SameAsync(endpoint, facts, stop), probe.There);
        var dialect = RemoteDialect.Of(remote.Kind, facts.Model);
        var (convention, judging) = await vocabulary.ReadAsync(() => Judging(profile, vocabulary, dialect, probe), ct);
        await probe.CheckVocabularyAsync(vocabulary, dialect, ct);
        var judged = await vocabulary.ReadAsync(() => convention.Encode(Question, ["Step 1: Mia has 3 * 3 = 9 books."]), ct);
        await probe.ScoreAsync(judging, judged, ct);
        var scorer = new RemoteScorer(
            profile.Name, vocabulary, convention, judging, RemoteContext.Of(vocabulary, remote, facts), pool);
        if (profile.SelfTest is { } test) await TestAsync(scorer, test, profile.Name, ct);
        return (scorer, Identity(profile, facts), facts);
    }

    /// <summary>Tries a model as a worker would use it, and also whether its servers sample the same again with one seed.</summary>
    /// <inheritdoc cref="PolicyAsync"/>
    public static async Task<RemoteCheck> CheckAsync(
        ModelProfile profile, ILanguageModel vocabulary, EndpointPool pool, CancellationToken ct)
    {
        const int Tokens = 32;
        var isReward = profile.Role == ModelRole.Reward;
        var facts = isReward
            ? (await RewardAsync(profile, vocabulary, pool, ct)).Facts : (await PolicyAsync(profile, vocabulary, pool, ct)).Facts;
        var (probe, dialect) = (new RemoteProbe(profile.Name, profile.Remote!, pool), RemoteDialect.Of(profile.Remote!.Kind, facts.Model));
        var compared = await probe.CheckVocabularyAsync(vocabulary, dialect, ct);
        return new(facts, compared, isReward
            ? null : await probe.SampleAsync(dialect, await PromptAsync(profile, vocabulary, ct), Tokens, again: true, ct));
    }

    static ValueTask<int[]> PromptAsync(ModelProfile profile, ILanguageModel vocabulary, CancellationToken ct) =>
        vocabulary.ReadAsync(() => profile.Prompt.Encode(vocabulary, Question), ct);

    /// <summary>
    /// Which weights a result came from, as far as a server tells: the hash of its kind, the model's name there and the revision.
    /// </summary>
    public static ModelIdentity Identity(ModelProfile profile, RemoteFacts facts)
    {
        var text = $"{StoredNames.Of(profile.Remote!.Kind)}\n{facts.Model}\n{facts.Revision}";
        return new(profile.Name, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))), profile.Remote.Parameters);
    }

    static (IRewardConvention, RemoteJudging) Judging(
        ModelProfile profile, ILanguageModel vocabulary, IRemoteDialect dialect, RemoteProbe probe)
    {
        var (name, kind) = (profile.Convention.Name, StoredNames.Of(profile.Remote!.Kind));
        if (profile.Convention.HasHead)
        {
            var head = name == QwenPrmConvention.Name ? RemoteJudging.ByClasses(dialect) : RemoteJudging.ByValue(dialect);
            if (!head.IsPossible)
                throw probe.Unusable($"a server of kind '{kind}' has no head of the convention '{name}': serve the model by vllm, or run "
                    + "it in process from its GGUF file and head");
            // The head is on the server.
            return (profile.Convention.For(vocabulary, profile.Reward with { Head = null }, profile.Name), head);
        }

        var convention = profile.Convention.For(vocabulary, profile.Reward, profile.Name);
        if (convention.Labels is not var (good, bad))
            throw probe.Unusable($"its convention '{name}' reads all logits, and a server gives those of single tokens: run it in process, "
                + "or use a model with two labels");
        var judging = RemoteJudging.ByLabels(dialect, good, bad);
        return judging.IsPossible ? (convention, judging) : throw probe.Unusable($"a server of kind '{kind}' gives log-probabilities by "
            + "text and not by token: set its Kind to vllm, sglang or llama-server if it is one of them");
    }

    static async Task TestAsync(RemoteScorer scorer, RewardSelfTest test, string name, CancellationToken ct)
    {
        const long Search = -1;
        var steps = test.Steps.Select(step => step.Text).ToList();
        var scores = new double[steps.Count];
        for (var i = 0; i < scores.Length; i++)
        {
            List<string> path = [.. steps.Take(i + 1)];
            var tokens = await scorer.Model.ReadAsync(() => scorer.Encode(test.Question, path), ct);
            scores[i] = (await scorer.ScoreAsync(Search, i + 1, tokens, 0, ct)).Score;
        }

        scorer.Retain(Search, new HashSet<int>());
        test.Check(scores, name);
    }
}
