namespace RebaseBatch.Platform.Text;

/// <summary>Markup. An interpolated string becomes markup by having everything that is put into it escaped.</summary>
readonly record struct Html(string Markup)
{
    public static readonly Html Empty = new("");

    public static Html Of(HtmlHandler markup) => new(markup.ToString());
}
