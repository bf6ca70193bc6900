namespace RebaseBatch.Platform.Text;

/// <summary>Markup. An interpolated string becomes markup, and every value that is put into it is escaped.</summary>
readonly record struct Html(string Markup)
{
    public static readonly Html Empty = new("");

    public static Html Of(HtmlHandler markup) => new(markup.ToString());
}
