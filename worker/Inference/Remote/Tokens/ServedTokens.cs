using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using RebaseBatch.Inference.Remote.Dialects;
using RebaseBatch.Inference.Scheduling;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Inference.Remote.Tokens;

/// <summary>
/// Asks a server for the tokens of texts and for the texts of tokens. What a token stands for is asked once. Thread-safe.
/// </summary>
/// <param name="name">The model as jobs name it.</param>
/// <param name="send">Sends a request to any replica. The caller disposes the reply.</param>
sealed class ServedTokens(string name, IRemoteDialect dialect, Func<RemoteRequest, CancellationToken, Task<JsonDocument>> send)
{
    readonly ConcurrentDictionary<int, ServedPiece> _pieces = [];
    int _anchor;
    byte[] _anchorText = [];

    public bool HasBytes => dialect.GivesBytes;

    /// <summary>What a token stands for; null while it is not known.</summary>
    public ServedPiece? Find(int token) => _pieces.GetValueOrDefault(token);

    /// <summary>
    /// Chooses a token before which others are detokenized: a decoder drops the space of a text's first token.
    /// </summary>
    /// <returns>Tokens that the model expects before a text.</returns>
    public async Task<int[]> BeginAsync(CancellationToken ct)
    {
        const string Letter = "x";
        var plain = await AskAsync(Letter, addSpecial: false, parseSpecial: true, ct);
        if (plain is not [.., var anchor]) throw new ModelFaultException($"the server reads '{Letter}' as no token");
        _anchor = anchor;
        _anchorText = (await AskTextsAsync([[anchor]], ct))[0];
        var whole = await AskAsync(Letter, addSpecial: true, parseSpecial: true, ct);
        return whole.AsSpan().IndexOf(plain) is >= 0 and var at ? whole[..at]
            : throw new ModelFaultException($"the server reads '{Letter}' as {string.Join(' ', plain)}, and with special tokens as "
                + $"{string.Join(' ', whole)}");
    }

    /// <summary>Tokens of a text, without any around it.</summary>
    /// <exception cref="ModelFaultException">
    /// The text holds the name of a control token, and the server can't read it as plain text.
    /// </exception>
    public async Task<int[]> OfAsync(TextKey key, CancellationToken ct)
    {
        var tokens = await AskAsync(key.Text, addSpecial: false, key.ParseSpecial, ct);
        if (key.ParseSpecial || dialect.ReadsPlainText || !MayHoldName(key.Text)) return tokens;
        await LearnAsync(tokens, ct);
        foreach (var token in tokens)
        {
            if (Find(token) is { IsControl: true } control)
                throw new ModelFaultException($"a text of this problem holds '{control.Name}', which the server of '{name}' reads as a "
                    + $"control token and not as text: set Rebase:Models:{name}:Vocabulary to the model's tokenizer.json or a GGUF file "
                    + "of it");
        }

        return tokens;
    }

    /// <summary>Makes what these tokens stand for known.</summary>
    public async Task LearnAsync(IReadOnlyCollection<int> tokens, CancellationToken ct)
    {
        var missing = tokens.Where(token => !_pieces.ContainsKey(token)).Distinct().ToList();
        if (missing.Count == 0) return;
        var texts = await AfterAnchorAsync([.. missing.Select(token => new[] { token })], ct);
        await Task.WhenAll(missing.Zip(texts, async (token, bytes) =>
        {
            var text = Encoding.UTF8.GetString(bytes);
            _pieces[token] = new(IsName(text) && await IsControlAsync(token, text, ct) ? [] : bytes, text);
        }));
    }

    /// <summary>The text of known tokens that follow others. Halves of a character that belong together are one.</summary>
    public async Task<string> TextAsync(int[] tokens, CancellationToken ct) => Encoding.UTF8.GetString(
        (await AfterAnchorAsync([[.. tokens.Where(token => Find(token) is not { IsControl: true })]], ct))[0]);

    /// <summary>What the sequences stand for behind other text.</summary>
    async Task<IReadOnlyList<byte[]>> AfterAnchorAsync(IReadOnlyList<int[]> sequences, CancellationToken ct)
    {
        var texts = await AskTextsAsync([.. sequences.Select(tokens => (int[])[_anchor, .. tokens])], ct);
        return [.. texts.Select(text => text.AsSpan().StartsWith(_anchorText) ? text[_anchorText.Length..]
            : throw new ModelFaultException($"the server of '{name}' changes a token's text by the token behind it"))];
    }

    /// <summary>
    /// Whether a token with such a name is a control token. Where the server can't be asked, it is one: a server with a head samples
    /// nothing, and no step comes from it.
    /// </summary>
    async Task<bool> IsControlAsync(int token, string text, CancellationToken ct)
    {
        JsonDocument[] replies = [];
        try
        {
            replies = await SendAsync(dialect.AskControl(token, text, _anchor), ct);
            return dialect.ReadControl([.. replies.Select(reply => reply.RootElement)], Encoding.UTF8.GetString(_anchorText));
        }
        catch (Exception e) when (e is ModelFaultException or MachineFaultException { InnerException: not ReplicaFaultException })
        {
            return true;
        }
        finally
        {
            foreach (var reply in replies) reply.Dispose();
        }
    }

    async Task<int[]> AskAsync(string text, bool addSpecial, bool parseSpecial, CancellationToken ct)
    {
        using var reply = await send(dialect.Tokenize(text, addSpecial, parseSpecial) ?? throw Without(), ct);
        return dialect.ReadTokens(reply.RootElement);
    }

    async Task<IReadOnlyList<byte[]>> AskTextsAsync(IReadOnlyList<int[]> sequences, CancellationToken ct)
    {
        var replies = await SendAsync(dialect.Detokenize(sequences) ?? throw Without(), ct);
        try
        {
            return dialect.ReadTexts([.. replies.Select(reply => reply.RootElement)], sequences);
        }
        finally
        {
            foreach (var reply in replies) reply.Dispose();
        }
    }

    Task<JsonDocument[]> SendAsync(IReadOnlyList<RemoteRequest> requests, CancellationToken ct) =>
        Task.WhenAll(requests.Select(request => send(request, ct)));

    static ModelFaultException Without() => new("a server of this kind does not tokenize");

    // The names of control tokens in all published vocabularies have this form.
    static bool IsName(string text) => text.Trim() is [('<' or '['), _, .., ('>' or ']')];

    static bool MayHoldName(string text) => text.AsSpan().ContainsAny('<', '[');
}
