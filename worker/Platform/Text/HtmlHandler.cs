using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace RebaseBatch.Platform.Text;

/// <summary>
/// Builds markup from an interpolated string: its literal parts are markup, and the values in braces are text, unless they are <see
/// cref="Html"/>.
/// </summary>
[InterpolatedStringHandler]
readonly struct HtmlHandler(int literalLength, int formattedCount)
{
    static readonly HtmlEncoder s_encoder = HtmlEncoder.Create(UnicodeRanges.All);

    readonly StringBuilder _markup = new(literalLength + 16 * formattedCount);

    public void AppendLiteral(string value) => _markup.Append(value);

    public void AppendFormatted(string? text) => _markup.Append(s_encoder.Encode(VisibleText.Markup(text ?? "")));

    public void AppendFormatted(long number) => _markup.Append(CultureInfo.InvariantCulture, $"{number}");

    public void AppendFormatted(Html part) => _markup.Append(part.Markup);

    public void AppendFormatted(IEnumerable<Html> parts)
    {
        foreach (var part in parts) _markup.Append(part.Markup);
    }

    public override string ToString() => _markup.ToString();
}
