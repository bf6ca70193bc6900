using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Remote;
using RebaseBatch.Platform.Text;
using Xunit;

namespace RebaseBatch.Tests.Platform.Remote;

[Fast]
public sealed class RemoteUriTests
{
    const string Sha = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData("https://h/a/b.gguf", "https://h/a/b.gguf", "b.gguf", null)]
    [InlineData("https://h/b%20c.jsonl?sig=x&se=y", "https://h/b%20c.jsonl?***", "b c.jsonl", null)]
    [InlineData("https://h/m.gguf#sha256=" + Sha, "https://h/m.gguf", "m.gguf", Sha)]
    [InlineData("HTTPS://h:8443/m.gguf?x#SHA256=0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef",
        "https://h:8443/m.gguf?***", "m.gguf", Sha)]
    [InlineData("https://h/%2e%2e%2fetc%2fpasswd", "https://h/..%2fetc%2fpasswd", "passwd", null)]
    public void An_address_is_read_and_shown_without_its_query(string text, string shown, string name, string? sha256)
    {
        var uri = RemoteUri.Parse(text);
        Assert.Equal(shown, uri.ToString(), ignoreCase: true);
        Assert.Equal((name, sha256), (uri.Name, uri.Sha256));
        Assert.Equal(name, RemoteUri.NameOf(text));
        Assert.DoesNotContain('?', uri.Bare);
        Assert.Empty(uri.Address.Fragment);
    }

    [Theory]
    [InlineData("https://")]
    [InlineData("https:///m.gguf?sig=secret")]
    [InlineData("https://h/folder/?sig=secret")]
    [InlineData("https://h?sig=secret")]
    [InlineData("https://h:port/m.gguf?sig=secret")]
    [InlineData("https://user:secret@h/m.gguf")]
    [InlineData("https://h/m.gguf#sha256=12")]
    [InlineData("https://h/m.gguf#sha256=" + Sha + "?sig=secret")]
    [InlineData("https://h/m.gguf#md5=12")]
    [InlineData("C:\\m.gguf")]
    public void What_is_no_address_of_a_file_is_refused_without_its_secret(string text)
    {
        var refused = Assert.Throws<UserException>(() => RemoteUri.Parse(text));
        Assert.Equal(ExitCode.BadInput, refused.Code);
        Assert.DoesNotContain("secret", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://h/p?a=b#c", "https://h/p?***")]
    [InlineData("https://u:p@h/p", "https://***@h/p")]
    [InlineData("https://u:p@x@h?q", "https://***@h?***")]
    [InlineData("https://h/a@b", "https://h/a@b")]
    [InlineData("https://", "https://")]
    [InlineData("http://@", "http://***@")]
    [InlineData("/models/what?.gguf", "/models/what?.gguf")]
    [InlineData("", "")]
    public void Only_secrets_are_masked(string text, string shown) => Assert.Equal(shown, MaskedUri.Of(text));

    [Theory]
    [InlineData("""{"uri": "https://h/a?sig=x", "b": "http:\/\/u:p@h\/c"}""", """{"uri": "https://h/a?***", "b": "http://***@h/c"}""")]
    [InlineData("{'uri': 'HTTPS://h/a?sig=x', uri: https://h/b?sig=y\nand why?",
        "{'uri': 'HTTPS://h/a?***', uri: https://h/b?***\nand why?")]
    [InlineData("why? because", "why? because")]
    public void Secrets_are_masked_within_any_text(string text, string shown) => Assert.Equal(shown, MaskedUri.Within(text));

    [Theory]
    [InlineData("folder/set.jsonl", "set.jsonl")]
    [InlineData("https://[broken/set.jsonl?sig=1#x", "set.jsonl")]
    public void A_name_is_had_of_any_text(string text, string name) => Assert.Equal(name, RemoteUri.NameOf(text));
}
