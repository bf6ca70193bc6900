using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Remote.Dialects;
using RebaseBatch.Inference.Remote.Tokens;
using RebaseBatch.Inference.Scheduling;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Inference.Remote;

/// <summary>Sets up the vocabulary of a model whose server tokenizes for the worker.</summary>
static class VocabularyLoad
{
    /// <summary>
    /// A text that a decoder must give back as it was. Some drop a space before a mark: their steps would have other texts than tokens.
    /// </summary>
    const string Sample = "Mia has 12345 books , 3.5 each . Isn't it ? It 's \\[ x \\] !\n\n  Größe 数学 \U0001F600";

    // Tokenizing belongs to no search, and goes before the requests of all.
    static long s_requests = long.MinValue;

    /// <param name="profile">One with <see cref="ModelProfile.Remote"/>.</param>
    /// <param name="pool">Stays the caller's. The vocabulary asks through it.</param>
    /// <exception cref="UserException">ModelUnusable: the server can't tokenize without loss.</exception>
    /// <exception cref="MachineFaultException">No server answers.</exception>
    public static async Task<ServedVocabulary> OfAsync(ModelProfile profile, EndpointPool pool, CancellationToken ct)
    {
        var (remote, probe) = (profile.Remote!, new RemoteProbe(profile.Name, profile.Remote!, pool));
        var facts = await probe.FactsAsync(ct);
        var tokens = new ServedTokens(profile.Name, RemoteDialect.Of(remote.Kind, facts.Model), SendAsync);
        try
        {
            var leading = await tokens.BeginAsync(ct);
            var sample = await tokens.OfAsync(new(Sample, ParseSpecial: true), ct);
            await tokens.LearnAsync(sample, ct);
            var text = await tokens.TextAsync(sample, ct);
            // A sentencepiece vocabulary puts a space before each text.
            if (text != Sample && text != $" {Sample}")
                throw new ModelFaultException($"it detokenizes the tokens of '{Sample.ReplaceLineEndings("\\n")}' as "
                    + $"'{text.ReplaceLineEndings("\\n")}'");
            return new(tokens, leading, remote.Parameters);
        }
        catch (Exception e) when (e is ModelFaultException or MachineFaultException { InnerException: not ReplicaFaultException })
        {
            throw probe.Unusable($"its entry has the vocabulary of the server, and that can't be used ({e.Message}): set "
                + $"Rebase:Models:{profile.Name}:Vocabulary to the model's tokenizer.json or a GGUF file of it", e);
        }

        async Task<System.Text.Json.JsonDocument> SendAsync(RemoteRequest request, CancellationToken stop)
        {
            var number = Interlocked.Increment(ref s_requests);
            try
            {
                return await pool.SendAsync(number, request, stop);
            }
            finally
            {
                pool.Leave(number);
            }
        }
    }
}
