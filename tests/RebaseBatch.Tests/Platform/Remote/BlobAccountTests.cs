using RebaseBatch.Platform.Remote;
using Xunit;

namespace RebaseBatch.Tests.Platform.Remote;

[Fast]
public sealed class BlobAccountTests
{
    const string Emulator = "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=AAAA;BlobEndpoint=http://127.0.0.1:10000/a;";

    [Theory]
    [InlineData("https://acct.blob.core.windows.net/models/m.gguf", "models", "m.gguf")]
    [InlineData("https://ACCT.blob.core.windows.net/models/a/b%20c.gguf#sha256=00", "models", "a/b c.gguf")]
    public void A_blob_of_the_account_is_found_by_its_uri(string uri, string container, string name)
    {
        var blob = new BlobAccount(new() { ServiceUri = "https://acct.blob.core.windows.net" }).BlobOf(new(uri));
        Assert.Equal((container, name), (blob.BlobContainerName, blob.Name));
    }

    [Fact]
    public void An_emulators_account_stands_in_the_path()
    {
        var account = new BlobAccount(new() { ConnectionString = Emulator });
        Assert.Equal("x/y.jsonl", account.BlobOf(new("http://127.0.0.1:10000/a/data/x/y.jsonl")).Name);
        Assert.False(account.Owns(new("http://127.0.0.1:10000/b/data/x")));
    }

    [Theory]
    [InlineData("https://other.blob.core.windows.net/models/m.gguf")]
    [InlineData("https://acct.blob.core.windows.net.example.org/models/m.gguf")]
    [InlineData("https://acct.blob.core.windows.net:8443/models/m.gguf")]
    [InlineData("http://acct.blob.core.windows.net/models/m.gguf")]
    [InlineData("https://acct.blob.core.windows.net/models/m.gguf?sig=abc")]
    public void What_is_not_the_accounts_own_never_gets_its_identity(string uri)
    {
        var account = new BlobAccount(new() { ServiceUri = "https://acct.blob.core.windows.net/" });
        Assert.False(account.Owns(new(uri)));
        Assert.Throws<ArgumentException>(() => account.BlobOf(new(uri)));
    }

    [Theory]
    [InlineData("https://acct.blob.core.windows.net/")]
    [InlineData("https://acct.blob.core.windows.net/container")]
    [InlineData("https://acct.blob.core.windows.net/container/")]
    public void A_uri_without_container_or_name_is_no_blob(string uri) =>
        Assert.Throws<ArgumentException>(
            () => new BlobAccount(new() { ServiceUri = "https://acct.blob.core.windows.net" }).BlobOf(new(uri)));
}
