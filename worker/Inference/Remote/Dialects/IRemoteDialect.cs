using System.Text.Json;
using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Inference.Remote.Dialects;

/// <summary>
/// What one kind of server understands: requests out, replies in, without input or output. Every field that changes a sample is written
/// out, because servers have defaults of their own: from a model's generation_config, or from their command line.
/// </summary>
interface IRemoteDialect
{
    /// <summary>Greatest seed that the server takes.</summary>
    long MaxSeed { get; }

    /// <summary>A request for one child.</summary>
    RemoteRequest Sample(SampleRequest request);

    /// <exception cref="ModelFaultException">The reply holds no token ids, or the server gave the request up.</exception>
    SampleReply ReadSample(JsonElement reply);

    /// <summary>A request for the log-probabilities of two tokens behind a text; null when the server gives none without loss.</summary>
    /// <param name="tokens">At least one.</param>
    RemoteRequest? Score(ReadOnlySpan<int> tokens, int good, int bad);

    /// <exception cref="ModelFaultException">The reply lacks one of the labels.</exception>
    LabelReply ReadScore(JsonElement reply, int good, int bad);

    /// <summary>
    /// A request for what a classifying head says of a text's last token; null when the server has none. The server encodes the whole text
    /// for it each time.
    /// </summary>
    /// <param name="tokens">At least one.</param>
    RemoteRequest? Classify(ReadOnlySpan<int> tokens) => null;

    /// <summary>The two classes' log-probabilities at the last token.</summary>
    /// <exception cref="ModelFaultException">The reply has no probabilities of two classes.</exception>
    LabelReply ReadClasses(JsonElement reply) => throw new ModelFaultException("a server of this kind has no classifying head");

    /// <summary>
    /// A request for what a head of one number says of a text's last token; null when the server has none. The server encodes the whole
    /// text for it each time.
    /// </summary>
    /// <param name="tokens">At least one.</param>
    RemoteRequest? Value(ReadOnlySpan<int> tokens) => null;

    /// <summary>The number at the last token, as the good label's, beside a bad one of 0: the score is its sigmoid.</summary>
    /// <exception cref="ModelFaultException">The reply has no number for each token.</exception>
    LabelReply ReadValue(JsonElement reply) => throw new ModelFaultException("a server of this kind has no head of one number");

    /// <summary>The addresses that are asked with GET when a model is loaded. The first must answer.</summary>
    IReadOnlyList<string> FactPaths { get; }

    /// <summary>What a server says of itself.</summary>
    /// <param name="replies">Its answers to <see cref="FactPaths"/>, in that order; null for one that it did not answer.</param>
    /// <param name="model">The model's name at the server; null for the only one that it has.</param>
    /// <exception cref="ModelFaultException">It does not serve the model.</exception>
    RemoteFacts ReadFacts(IReadOnlyList<JsonElement?> replies, string? model);

    /// <summary>Whether the server can read the name of a control token in a text as plain text.</summary>
    bool ReadsPlainText => false;

    /// <summary>A request for the tokens of a text; null when the server has none.</summary>
    /// <param name="addSpecial">Whether the tokens that the model expects around a text are added.</param>
    /// <param name="parseSpecial">
    /// Whether names of control tokens are control tokens; servers that don't read plain text take them so in any case.
    /// </param>
    RemoteRequest? Tokenize(string text, bool addSpecial = false, bool parseSpecial = false);

    /// <exception cref="ModelFaultException">The reply holds no token ids.</exception>
    int[] ReadTokens(JsonElement reply) => JsonReading.Ids(reply, "tokens");

    /// <summary>
    /// Whether <see cref="ReadTexts"/> gives a token's own bytes. Otherwise the bytes of a token that is a part of a character are those of
    /// U+FFFD.
    /// </summary>
    bool GivesBytes => false;

    /// <summary>Requests for the texts of sequences, in which control tokens have their names; null when the server has none.</summary>
    IReadOnlyList<RemoteRequest>? Detokenize(IReadOnlyList<int[]> sequences) => null;

    /// <summary>The texts of the sequences in UTF-8, from the replies to <see cref="Detokenize"/>.</summary>
    /// <exception cref="ModelFaultException">A text is missing.</exception>
    IReadOnlyList<byte[]> ReadTexts(IReadOnlyList<JsonElement> replies, IReadOnlyList<int[]> sequences) =>
        throw new ModelFaultException("a server of this kind does not detokenize");

    /// <summary>Requests that tell whether a token with this name is a control token.</summary>
    /// <param name="anchor">Any token with a text.</param>
    IReadOnlyList<RemoteRequest> AskControl(int token, string name, int anchor) => [];

    /// <summary>Whether it is, by the replies to <see cref="AskControl"/>.</summary>
    /// <param name="anchorText">What the anchor's text is alone.</param>
    bool ReadControl(IReadOnlyList<JsonElement> replies, string anchorText) => false;
}
