using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Solving.Trials;

/// <summary>A token of a model's input, as people read it.</summary>
/// <param name="Text">Its text; of a control token its name in templates.</param>
/// <param name="IsControl">Whether it is a control token: it stands for no text.</param>
readonly record struct TrialToken(int Id, string Text, bool IsControl)
{
    public static IReadOnlyList<TrialToken> Of(ILanguageModel model, IEnumerable<int> tokens) =>
        [.. tokens.Select(token => model.Piece(token).IsEmpty
            ? new TrialToken(token, model.Marker(token), true) : new(token, TextOf(model.Piece(token)), false))];

    // A token may be a part of a code point: its bytes as hex are better than a replacement character.
    static string TextOf(ReadOnlySpan<byte> piece) => System.Text.Unicode.Utf8.IsValid(piece)
        ? System.Text.Encoding.UTF8.GetString(piece) : $"\\x{Convert.ToHexString(piece)}";
}
