using System.Text;
using System.Text.Unicode;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Remote;
using RebaseBatch.Inference.Remote.Tokens;
using RebaseBatch.Inference.Scheduling;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Tests.Inference.Steps;
using Xunit;

namespace RebaseBatch.Tests.Inference.Remote;

/// <summary>The vocabulary that a server has, against the same one in this process.</summary>
public sealed class ServedVocabularyTests
{
    const string Policy = "tiny-math-policy-s";

    public static TheoryData<string> Kinds => [nameof(RemoteKind.Vllm), nameof(RemoteKind.SGLang), nameof(RemoteKind.LlamaServer)];

    static ILanguageModel Here => Models.PolicyS;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static async Task WithAsync(string kind, Func<ServedVocabulary, ModelServer, Task> test)
    {
        await using var server = await ModelServer.StartAsync(new(Enum.Parse<RemoteKind>(kind), Policy));
        var profile = RemoteClients.Profile(Enum.Parse<RemoteKind>(kind), Policy, [server.Address]);
        using var pool = RemoteClients.Pool(profile, isReward: false);
        await test(await VocabularyLoad.OfAsync(profile, pool, Ct), server);
    }

    static ValueTask<int[]> ReadAsync(ILanguageModel model, string text, bool special = false) =>
        model.ReadAsync(() => model.Tokenize(text, special, special), Ct);

    [Theory]
    [MemberData(nameof(Kinds))]
    public Task Texts_have_the_same_tokens_and_are_asked_for_once(string kind) => WithAsync(kind, async (there, server) =>
    {
        string[] texts = ["Mia has 3 bags.", " a  b\n\n\tc", "5 < 7 and [x] > 2", "Größe 数学 \U0001F600", "", "</s>"];
        foreach (var text in texts[..^1]) Assert.Equal(Here.Tokenize(text, false, false), await ReadAsync(there, text));
        foreach (var text in texts) Assert.Equal(Here.Tokenize(text, true, true), await ReadAsync(there, text, special: true));
        var asked = server.Tokenized;
        // What is missing comes together, however often the computation runs.
        var runs = 0;
        var both = await there.ReadAsync(() =>
        {
            runs++;
            return there.Tokenize("one", false, true).Length + there.Tokenize("two", false, true).Length;
        }, Ct);
        Assert.Equal(Here.Tokenize("one", false, true).Length + Here.Tokenize("two", false, true).Length, both);
        Assert.Equal((2, 2), (runs, server.Tokenized - asked));
        foreach (var text in texts[..^1]) await ReadAsync(there, text);
        Assert.Equal(2, server.Tokenized - asked);
        Assert.Throws<InvalidOperationException>(() => there.Tokenize("never read", false, false));
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public Task Tokens_have_the_same_pieces_and_names(string kind) => WithAsync(kind, async (there, _) =>
    {
        foreach (var token in Enumerable.Range(0, Here.Facts.VocabularySize))
        {
            var (piece, name) = await there.ReadAsync(() => (there.Piece(token).ToArray(), there.Marker(token)), Ct);
            var expected = Here.Piece(token).ToArray();
            // A part of a character has its bytes only where the server gives them.
            if (!there.HasBytes && !Utf8.IsValid(expected)) expected = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(expected));
            Assert.Equal((token, Convert.ToHexString(expected)), (token, Convert.ToHexString(piece)));
            if (Utf8.IsValid(expected)) Assert.Equal(Here.Marker(token), name);
        }
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public Task Halves_of_a_character_are_one_in_the_text_of_a_step(string kind) => WithAsync(kind, async (there, _) =>
    {
        const string Text = " 7 数学 \U0001F600 x";
        var tokens = Here.Tokenize(Text, false, false);
        Assert.Contains(tokens, token => !Utf8.IsValid(Here.Piece(token)));
        await there.LearnAsync(tokens, hasEnded: false, Ct);
        var pieces = Encoding.UTF8.GetString([.. tokens.SelectMany(token => there.Piece(token).ToArray())]);
        Assert.Equal(PolicySteps.TextOf(tokens), await there.TextAsync(tokens, pieces, Ct));
        // Half of one at the end of a step is no text in any place.
        var half = tokens[..(Array.FindIndex(tokens, token => !Utf8.IsValid(Here.Piece(token))) + 1)];
        pieces = Encoding.UTF8.GetString([.. half.SelectMany(token => there.Piece(token).ToArray())]);
        Assert.Equal(PolicySteps.TextOf(half), await there.TextAsync(half, pieces, Ct));
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public Task A_name_of_a_control_token_in_a_text_is_never_a_control_token(string kind) => WithAsync(kind, async (there, _) =>
    {
        const string Text = "a </s> b";
        Assert.NotEqual(Here.Tokenize(Text, false, false), Here.Tokenize(Text, false, true));
        if (kind == nameof(RemoteKind.LlamaServer))
        {
            Assert.Equal(Here.Tokenize(Text, false, false), await ReadAsync(there, Text));
            return;
        }

        var refused = await Assert.ThrowsAsync<ModelFaultException>(async () => await ReadAsync(there, Text));
        Assert.Contains("holds '</s>', which the server", refused.Message, StringComparison.Ordinal);
        Assert.Contains(":Vocabulary to the model's tokenizer.json", refused.Message, StringComparison.Ordinal);
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public Task A_token_that_ended_a_text_is_an_end_of_generation(string kind) => WithAsync(kind, async (there, _) =>
    {
        var end = Enumerable.Range(0, Here.Facts.VocabularySize).First(Here.IsEndOfGeneration);
        var letter = Here.Tokenize("7", false, false)[^1];
        Assert.False(there.IsEndOfGeneration(end));
        await there.LearnAsync([letter, end], hasEnded: false, Ct);
        Assert.False(there.IsEndOfGeneration(end));
        // A server that leaves the end out ends with text.
        await there.LearnAsync([letter], hasEnded: true, Ct);
        await there.LearnAsync([letter, end], hasEnded: true, Ct);
        Assert.Equal((true, false), (there.IsEndOfGeneration(end), there.IsEndOfGeneration(letter)));
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_mark_whose_bytes_may_be_spread_needs_a_server_that_gives_bytes(string kind)
    {
        await using var server = await ModelServer.StartAsync(new(Enum.Parse<RemoteKind>(kind), Policy));
        var profile = RemoteClients.Profile(Enum.Parse<RemoteKind>(kind), Policy, [server.Address]);
        profile = profile with { Prompt = profile.Prompt with { Boundary = new("。") } };
        using var pool = RemoteClients.Pool(profile, isReward: false);
        var vocabulary = await VocabularyLoad.OfAsync(profile, pool, Ct);
        var loaded = await Record.ExceptionAsync(() => RemoteLoad.PolicyAsync(profile, vocabulary, pool, Ct));
        if (vocabulary.HasBytes) Assert.Null(loaded);
        else Assert.Contains("which is not ASCII", Assert.IsType<UserException>(loaded).Message, StringComparison.Ordinal);
    }
}
