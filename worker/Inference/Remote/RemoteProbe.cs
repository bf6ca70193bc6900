using System.Text.Json;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Remote.Dialects;
using RebaseBatch.Inference.Scheduling;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Inference.Remote;

/// <summary>Asks the servers of a model what they serve, and tries whether they serve it as this program needs it.</summary>
/// <param name="name">The model as jobs name it.</param>
sealed class RemoteProbe(string name, RemoteModel remote, EndpointPool pool)
{
    /// <summary>
    /// Texts whose tokens tell tokenizers apart: digits, spaces, line breaks, other scripts, and a code point of four bytes.
    /// </summary>
    static readonly IReadOnlyList<string> s_texts =
        ["Mia has 12345 books, 3.5 each.", "a  b   c\td", "Step 1: 1 + 1 = 2.\n\nStep 2:", "Größe 数学 \U0001F600"];

    /// <summary>The replicas that answer.</summary>
    public IReadOnlyList<Uri> There { get; private set; } = pool.Endpoints;

    /// <summary>
    /// What the servers say. All replicas must have the same model and revision. Of versions, all are named, and of contexts the shortest
    /// counts. A replica that is away is left out, here and in the other checks: the others can serve the model.
    /// </summary>
    /// <exception cref="UserException">ModelUnusable: a server lacks the model, or two servers do not serve the same one.</exception>
    /// <exception cref="MachineFaultException">No server answers.</exception>
    public async Task<RemoteFacts> FactsAsync(CancellationToken ct)
    {
        var dialect = RemoteDialect.Of(remote.Kind, remote.Model);
        var asked = await Task.WhenAll(pool.Endpoints.Select(endpoint => FactsAsync(endpoint, dialect, ct)));
        var all = asked.Select(answer => answer.Facts).OfType<RemoteFacts>().ToList();
        if (all.Count == 0) throw asked[0].Away!;
        There = [.. pool.Endpoints.Where((_, i) => asked[i].Facts is not null)];
        // Searches that go from one replica to the other would mix two models.
        var other = all.FindIndex(facts => (facts.Model, facts.Revision) != (all[0].Model, all[0].Revision));
        if (other >= 0)
            throw Unusable($"its servers do not serve the same: {Shown(There[0])} has {Shown(all[0])}, {Shown(There[other])} has "
                + $"{Shown(all[other])}; serve one version of it everywhere");
        return all[0] with
        {
            Version = string.Join(", ", all.Select(facts => facts.Version).Distinct().Order(StringComparer.Ordinal)),
            ContextTokens = all.Min(facts => facts.ContextTokens),
        };
    }

    /// <summary>Returns when a replica that was away serves what it did. A restart may have brought other weights.</summary>
    /// <exception cref="ReplicaFaultException">It does not, or can't say it yet.</exception>
    public async Task SameAsync(Uri endpoint, RemoteFacts known, CancellationToken ct)
    {
        try
        {
            var (facts, away) = await FactsAsync(endpoint, RemoteDialect.Of(remote.Kind, remote.Model), ct);
            if (facts is null) throw away!;
            if ((facts.Model, facts.Revision) != (known.Model, known.Revision))
                throw new ReplicaFaultException($"{Shown(endpoint)} has come back with {Shown(facts)} and had {Shown(known)}");
            if (facts.ContextTokens < known.ContextTokens)
                throw new ReplicaFaultException($"{Shown(endpoint)} has come back with a context of {facts.ContextTokens} tokens and had "
                    + $"{known.ContextTokens}");
        }
        catch (Exception e) when (e is UserException or MachineFaultException)
        {
            throw new ReplicaFaultException(e.Message, e);
        }
    }

    /// <summary>Whether the servers read texts as the vocabulary here does.</summary>
    /// <returns>False when a server has no such request: nothing was compared.</returns>
    /// <exception cref="UserException">ModelUnusable: a text has other tokens there.</exception>
    public async Task<bool> CheckVocabularyAsync(ILanguageModel vocabulary, IRemoteDialect dialect, CancellationToken ct)
    {
        foreach (var endpoint in There)
        {
            foreach (var text in s_texts)
            {
                if (dialect.Tokenize(text) is not { } request) return false;
                if (await TryAskAsync(endpoint, request, ct) is not { } reply) return false;
                using (reply)
                {
                    var there = Read(() => dialect.ReadTokens(reply.RootElement));
                    var here = await vocabulary.ReadAsync(
                        () => vocabulary.Tokenize(text, addSpecial: false, parseSpecial: false), ct);
                    if (!Enumerable.SequenceEqual(there, here))
                        throw Unusable($"{Shown(endpoint)} reads '{text.ReplaceLineEndings("\\n")}' as the tokens "
                            + $"{string.Join(' ', there)}, and the vocabulary here as {string.Join(' ', here)}: give the entry the served "
                            + "model's vocabulary");
                }
            }
        }

        return true;
    }

    /// <summary>Has each server sample once, so that one that returns no token ids is refused now and not by every problem.</summary>
    /// <returns>Whether each server samples the same tokens again with one seed.</returns>
    /// <param name="prompt">At least one token.</param>
    /// <exception cref="UserException">ModelUnusable: a server refuses the request, or returns no token ids.</exception>
    public async Task<bool> SampleAsync(IRemoteDialect dialect, int[] prompt, int tokens, bool again, CancellationToken ct)
    {
        var request = dialect.Sample(new() { Prompt = prompt, MaxTokens = tokens, Temperature = 1, Seed = 1 });
        var same = true;
        foreach (var endpoint in There)
        {
            var first = await OnceAsync(endpoint);
            if (!again) continue;
            var second = await OnceAsync(endpoint);
            same &= Enumerable.SequenceEqual(first, second);
        }

        return same;

        async Task<int[]> OnceAsync(Uri endpoint)
        {
            using var reply = await AskAsync(endpoint, request, ct);
            return Read(() => dialect.ReadSample(reply.RootElement)).Tokens;
        }
    }

    /// <summary>Has each server score a text, as <see cref="SampleAsync"/> does.</summary>
    /// <exception cref="UserException">ModelUnusable: a server refuses the request, or gives no log-probabilities.</exception>
    public async Task ScoreAsync(RemoteJudging judging, int[] tokens, CancellationToken ct)
    {
        foreach (var endpoint in There)
        {
            using var reply = await AskAsync(endpoint, judging.Request(tokens), ct);
            Read(() => judging.Read(reply.RootElement));
        }
    }

    public UserException Unusable(string reason, Exception? inner = null) =>
        new(ExitCode.ModelUnusable, $"the remote model '{name}' can't be used: {reason}", inner);

    async Task<(RemoteFacts? Facts, MachineFaultException? Away)> FactsAsync(Uri endpoint, IRemoteDialect dialect, CancellationToken ct)
    {
        var replies = new List<JsonDocument?>();
        try
        {
            foreach (var path in dialect.FactPaths)
            {
                var request = RemoteRequest.Get(path);
                replies.Add(replies.Count == 0 ? await AskAsync(endpoint, request, ct) : await TryAskAsync(endpoint, request, ct));
            }

            return (dialect.ReadFacts([.. replies.Select(reply => reply?.RootElement)], remote.Model), null);
        }
        catch (MachineFaultException e) when (IsAway(e))
        {
            return (null, e);
        }
        catch (ModelFaultException e)
        {
            throw Unusable($"{Shown(endpoint)}: {e.Message}", e);
        }
        finally
        {
            foreach (var reply in replies) reply?.Dispose();
        }
    }

    /// <summary>Whether the server may answer later: it is not configured wrongly.</summary>
    static bool IsAway(MachineFaultException fault) => fault.InnerException is ReplicaFaultException;

    async Task<JsonDocument> AskAsync(Uri endpoint, RemoteRequest request, CancellationToken ct)
    {
        try
        {
            return await pool.AskAsync(endpoint, request, ct);
        }
        catch (ModelFaultException e)
        {
            throw Unusable(e.Message, e);
        }
    }

    /// <summary>An answer that not every version of a server has; null without it.</summary>
    async Task<JsonDocument?> TryAskAsync(Uri endpoint, RemoteRequest request, CancellationToken ct)
    {
        try
        {
            return await pool.AskAsync(endpoint, request, ct);
        }
        // A server that is away for a moment must not count as one without this answer: the model would get another identity.
        catch (Exception e) when (e is ModelFaultException || (e is MachineFaultException fault && !IsAway(fault)))
        {
            return null;
        }
    }

    T Read<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (ModelFaultException e)
        {
            throw Unusable(e.Message, e);
        }
    }

    static string Shown(RemoteFacts facts) => $"'{facts.Model}' (revision '{facts.Revision}')";

    static string Shown(Uri endpoint) => MaskedUri.Of(endpoint.AbsoluteUri.TrimEnd('/'));
}
