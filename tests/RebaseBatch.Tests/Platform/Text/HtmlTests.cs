using System.Net;
using FsCheck;
using FsCheck.Fluent;
using RebaseBatch.Platform.Text;
using Xunit;

namespace RebaseBatch.Tests.Platform.Text;

[Fast]
public sealed class HtmlTests
{
    [Fact]
    public void What_is_put_into_markup_stays_text_whatever_it_is() => Prop.ForAll<NonNull<string>>(given =>
    {
        var markup = Html.Of($"""<td title="{given.Get}">{given.Get}</td>""").Markup;
        var inner = markup[11..markup.IndexOf('"', 11)];
        return markup.Count(c => c == '<') == 2 && markup.Count(c => c == '>') == 2 && markup.Count(c => c == '"') == 2
            && !inner.Contains('\'') && (given.Get.Any(char.IsSurrogate) || WebUtility.HtmlDecode(inner) == VisibleText.Markup(given.Get));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Markup_within_markup_is_not_escaped_twice()
    {
        Html[] items = [Html.Of($"<li>{"a & b"}</li>"), Html.Of($"<li>{7}</li>")];
        Assert.Equal("<ul><li>a &amp; b</li><li>7</li></ul>", Html.Of($"<ul>{items}</ul>").Markup);
    }
}
