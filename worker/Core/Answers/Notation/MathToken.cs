namespace RebaseBatch.Core.Answers.Notation;

/// <summary>A character, control symbol (<c>\{</c>) or control word (<c>\frac</c>) of an answer.</summary>
/// <param name="Spaced">Whether blank space or dropped markup stood before it.</param>
/// <param name="InText">Whether it stood in a text group such as <c>\text{ cm}</c>.</param>
readonly record struct MathToken(string Text, bool Spaced, bool InText)
{
    public bool IsCommand => Text.Length > 1 && char.IsAsciiLetter(Text[1]);

    public bool IsDigit => Text.Length == 1 && char.IsAsciiDigit(Text[0]);

    public bool IsLetter => Text.Length == 1 && char.IsLetter(Text[0]);

    /// <summary>Letters and digits: a space between two such tokens separates words.</summary>
    public bool IsWord => Text.Length == 1 && char.IsLetterOrDigit(Text[0]);

    public bool Is(string text) => Text == text;
}
