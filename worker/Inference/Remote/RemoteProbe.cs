using System.Text.Json;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Remote.Dialects;
using RebaseBatch.Inference.Scheduling;
using RebaseBatch.Platform.Errors;

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

    /// <summary>What the servers say. All replicas must say the same.</summary>
    /// <exception cref="UserException">ModelUnusable: a server lacks the model, or two servers do not serve the same one.</exception>
    /// <exception cref="MachineFaultException">A server does not answer.</exception>
    public async Task<RemoteFacts> FactsAsync(CancellationToken ct)
    {
        var dialect = RemoteDialect.Of(remote.Kind, remote.Model);
        RemoteFacts? first = null;
        foreach (var endpoint in pool.Endpoints)
        {
            var facts = await FactsAsync(endpoint, dialect, ct);
            first ??= facts;
            // Searches that go from one replica to the other would mix two models.
            if (facts != first)
                throw Unusable($"its servers do not serve the same: {pool.Endpoints[0]} has {Shown(first)}, {endpoint} has {Shown(facts)}; "
                    + "serve one version of it everywhere");
        }

        return first!;
    }

    /// <summary>Whether the servers read texts as the vocabulary here does.</summary>
    /// <returns>False when a server has no such request: nothing was compared.</returns>
    /// <exception cref="UserException">ModelUnusable: a text has other tokens there.</exception>
    public async Task<bool> CheckVocabularyAsync(ILanguageModel vocabulary, IRemoteDialect dialect, CancellationToken ct)
    {
        foreach (var endpoint in pool.Endpoints)
        {
            foreach (var text in s_texts)
            {
                if (dialect.Tokenize(text) is not { } request) return false;
                if (await TryAskAsync(endpoint, request, ct) is not { } reply) return false;
                using (reply)
                {
                    var there = Read(() => dialect.ReadTokens(reply.RootElement));
                    var here = vocabulary.Tokenize(text, addSpecial: false, parseSpecial: false);
                    if (!Enumerable.SequenceEqual(there, here))
                        throw Unusable($"{endpoint} reads '{text.ReplaceLineEndings("\\n")}' as the tokens {string.Join(' ', there)}, "
                            + $"and the vocabulary here as {string.Join(' ', here)}: give the entry the served model's vocabulary");
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
        foreach (var endpoint in pool.Endpoints)
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
        foreach (var endpoint in pool.Endpoints)
        {
            using var reply = await AskAsync(endpoint, judging.Request(tokens), ct);
            Read(() => judging.Read(reply.RootElement));
        }
    }

    public UserException Unusable(string reason, Exception? inner = null) =>
        new(ExitCode.ModelUnusable, $"the remote model '{name}' can't be used: {reason}", inner);

    async Task<RemoteFacts> FactsAsync(Uri endpoint, IRemoteDialect dialect, CancellationToken ct)
    {
        var replies = new List<JsonDocument?>();
        try
        {
            foreach (var path in dialect.FactPaths)
            {
                var request = RemoteRequest.Get(path);
                replies.Add(replies.Count == 0 ? await AskAsync(endpoint, request, ct) : await TryAskAsync(endpoint, request, ct));
            }

            return dialect.ReadFacts([.. replies.Select(reply => reply?.RootElement)], remote.Model);
        }
        catch (ModelFaultException e)
        {
            throw Unusable($"{endpoint}: {e.Message}", e);
        }
        finally
        {
            foreach (var reply in replies) reply?.Dispose();
        }
    }

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
        catch (Exception e) when (e is ModelFaultException or MachineFaultException)
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

    static string Shown(RemoteFacts facts) => $"'{facts.Model}' (revision '{facts.Revision}', server version '{facts.Version}', "
        + $"{facts.ContextTokens?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "unknown"} tokens of context)";
}
