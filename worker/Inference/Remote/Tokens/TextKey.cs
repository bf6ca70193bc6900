namespace RebaseBatch.Inference.Remote.Tokens;

/// <summary>A text that a server tokenizes.</summary>
/// <param name="ParseSpecial">Whether names of control tokens in it are control tokens.</param>
readonly record struct TextKey(string Text, bool ParseSpecial);
