using Azure.Core;
using Azure.Identity;
using Azure.Storage.Blobs;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Remote;
using Xunit;

namespace RebaseBatch.Tests.Platform.Remote;

public sealed class BlobFileTests(Azurite azurite) : RemoteFileConformance
{
    BlobContainerClient? _container;

    private protected override async Task<Uri> PutAsync(byte[] content)
    {
        if (_container is null) (_, _container) = await azurite.NewContainerAsync();
        var blob = _container.GetBlobClient("models/a file.gguf");
        await blob.UploadAsync(new BinaryData(content), overwrite: true, Ct);
        return blob.Uri;
    }

    private protected override IRemoteFile FileAt(Uri uri)
    {
        // The signature is of the path: it holds whatever the port.
        var here = azurite.StartAsync().GetAwaiter().GetResult();
        var account =
            new BlobAccount(
                new() { ConnectionString = here.Replace($":{_container!.Uri.Port}/", $":{uri.Port}/", StringComparison.Ordinal) },
                retries: 0);
        var file = new RemoteFiles(account, Brief, TimeProvider.System).Of(RemoteUri.Parse(uri.AbsoluteUri));
        return Assert.IsType<BlobFile>(file);
    }

    private protected override Uri Missing(Uri uri) => new(uri, "none.gguf");

    [Fact]
    public async Task Without_the_account_a_private_blob_may_not_be_read()
    {
        var uri = await PutAsync(Bytes(10));
        var refused =
            await Assert.ThrowsAsync<UserException>(
                () => DownloadAsync(new RemoteFiles(null, Brief, TimeProvider.System).Of(RemoteUri.Parse(uri.AbsoluteUri))));
        Assert.Contains("Rebase:Blobs", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signature_is_used_as_it_is_and_not_shown()
    {
        await PutAsync(Bytes(10));
        var signed = _container!.GetBlobClient("models/a file.gguf")
            .GenerateSasUri(Azure.Storage.Sas.BlobSasPermissions.Read, DateTimeOffset.UtcNow.AddHours(1));
        var uri = RemoteUri.Parse(signed.AbsoluteUri);
        var files = new RemoteFiles(new(new() { ConnectionString = await azurite.StartAsync() }), Brief, TimeProvider.System);
        Assert.Equal(Bytes(10), await DownloadAsync(Assert.IsType<HttpsFile>(files.Of(uri))));
        Assert.DoesNotContain("sig", uri.ToString(), StringComparison.Ordinal);
        Assert.Equal("a file.gguf", uri.Name);
    }

    [Fact]
    public async Task Without_an_identity_the_way_in_is_named()
    {
        var account = new BlobAccount(new() { ServiceUri = "https://acct.blob.core.windows.net" }, new NoIdentity(), retries: 0);
        var refused =
            await Assert.ThrowsAsync<UserException>(
                () => DownloadAsync(new RemoteFiles(account, Brief,
                    TimeProvider.System).Of(RemoteUri.Parse("https://acct.blob.core.windows.net/models/m.gguf"))));
        Assert.Equal(ExitCode.NoPermission, refused.Code);
        Assert.Contains("no identity for its account was found", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_container_is_no_file()
    {
        await PutAsync(Bytes(10));
        var files = new RemoteFiles(new(new() { ConnectionString = await azurite.StartAsync() }), Brief, TimeProvider.System);
        Assert.Equal(ExitCode.BadInput, Assert.Throws<UserException>(() => files.Of(RemoteUri.Parse(_container!.Uri.AbsoluteUri))).Code);
    }

    sealed class NoIdentity : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            throw new CredentialUnavailableException("none of them");

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            throw new CredentialUnavailableException("none of them");
    }
}
