using System.Globalization;
using System.Text;

namespace RebaseBatch.Commands.Output;

/// <summary>
/// Marks CSV for spreadsheets (<see cref="CsvSafeOption"/>): these read a cell that begins with one of certain signs as a formula and run
/// it. Such a cell gets an apostrophe in front, which spreadsheets read as "this is text".
/// </summary>
sealed class FormulaGuard(TextWriter inner) : TextWriter
{
    // OWASP, "CSV Injection"; the last four are the signs of Japanese keyboards, which some spreadsheets read alike.
    static readonly char[] s_signs = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

    public override Encoding Encoding => inner.Encoding;

    /// <summary>The cell, with an apostrophe in front where a spreadsheet would run it. Numbers stay numbers.</summary>
    public static string Cell(string text) => text.Length == 0 || !IsFormula(text) ? text : $"'{text}";

    public override void Write(char value) => inner.Write(value);

    public override void Write(string? value) => inner.Write(value);

    public override void WriteLine(string? value) => inner.WriteLine(value);

    public override Task WriteAsync(string? value) => inner.WriteAsync(value);

    public override Task WriteLineAsync(string? value) => inner.WriteLineAsync(value);

    public override void Flush() => inner.Flush();

    public override Task FlushAsync() => inner.FlushAsync();

    // Spreadsheets skip spaces before a sign.
    static bool IsFormula(string text) => text.TrimStart(' ') is { Length: > 0 } shown && s_signs.Contains(shown[0]) && !IsNumber(text);

    static bool IsNumber(string text) => char.IsAsciiDigit(text[^1])
        && double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
            CultureInfo.InvariantCulture, out _);
}
