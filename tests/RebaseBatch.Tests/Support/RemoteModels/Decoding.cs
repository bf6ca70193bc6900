using System.Text;
using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Tests.Support.RemoteModels;

/// <summary>How Hugging Face's tokenizers decode: what is no text is U+FFFD, and a sentencepiece text loses its first space.</summary>
static class Decoding
{
    public static string Text(ILanguageModel model, IEnumerable<int> tokens, bool skipSpecial)
    {
        var bytes = tokens.SelectMany(token => IsControl(model, token)
            ? skipSpecial ? [] : Encoding.UTF8.GetBytes(model.Marker(token)) : model.Piece(token).ToArray()).ToArray();
        var text = Encoding.UTF8.GetString(bytes);
        return text.StartsWith(' ') ? text[1..] : text;
    }

    public static bool IsControl(ILanguageModel model, int token) => model.Piece(token).IsEmpty;
}
