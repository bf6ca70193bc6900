using System.Text;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Commands.Output;

/// <summary>
/// Stdout where it is a terminal. Whoever writes a table to it can ask how wide it is. No text gives the terminal an order.
/// </summary>
/// <param name="inner">The stream itself.</param>
/// <param name="width">In cells; what is not positive is unknown.</param>
/// <param name="isWide">Whether the user wants all columns, however long the lines.</param>
/// <param name="remark">Takes a sentence to the user: which columns were left out.</param>
sealed class TerminalWriter(TextWriter inner, int width, bool isWide, Action<string> remark) : TextWriter
{
    // As terminals without a size are treated everywhere.
    const int UnknownWidth = 80;

    public TextWriter Inner => inner;

    /// <summary>Width in cells; null if the user wants lines of any length.</summary>
    public int? Limit => isWide ? null : width > 0 ? width : UnknownWidth;

    public override Encoding Encoding => inner.Encoding;

    public void Remark(string sentence) => remark(sentence);

    // A pair of surrogates comes one by one: a half of it can't be judged.
    public override void Write(char value)
    {
        if (char.IsSurrogate(value) || value is '\r') inner.Write(value);
        else Write(value.ToString());
    }

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void Write(string? value) => inner.Write(value is null ? null : VisibleText.Lines(value));

    public override void WriteLine() => inner.WriteLine();

    public override void WriteLine(string? value) => inner.WriteLine(value is null ? null : VisibleText.Lines(value));

    public override Task WriteAsync(string? value) => inner.WriteAsync(value is null ? null : VisibleText.Lines(value));

    public override Task WriteLineAsync(string? value) => inner.WriteLineAsync(value is null ? null : VisibleText.Lines(value));

    public override void Flush() => inner.Flush();

    public override Task FlushAsync() => inner.FlushAsync();
}
