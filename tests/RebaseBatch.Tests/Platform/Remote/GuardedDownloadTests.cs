using RebaseBatch.Contracts;
using RebaseBatch.Core.Datasets;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Remote;
using Xunit;

namespace RebaseBatch.Tests.Platform.Remote;

/// <summary>Files that others name, from real servers on this machine.</summary>
public sealed class GuardedDownloadTests : IAsyncLifetime
{
    FileServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await FileServer.StartAsync("""{"question":"1?"}"""u8.ToArray());

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    // Over http, which only addresses of this machine may have.
    static Task<Dataset> ReadAsync(string uri, string list) => new RemoteDatasets(
        new(null, new() { Faults = 1 }, TimeProvider.System, AllowedSources.Of(list, false, null, [], [])))
        .ReadAsync(RemoteUri.Parse(uri), LineRange.All, TestContext.Current.CancellationToken);

    [Fact]
    public async Task An_address_of_this_machine_is_not_even_connected_to_unless_it_is_listed()
    {
        var uri = _server.UriOf("d.jsonl");
        var refused = await Assert.ThrowsAsync<UserException>(() => ReadAsync(uri, "*"));
        Assert.Equal(ExitCode.BadInput, refused.Code);
        Assert.Contains("no entry of Rebase:Sources names it", refused.Message, StringComparison.Ordinal);
        Assert.Empty(_server.Requests);

        Assert.Single((await ReadAsync(uri, uri[..(uri.LastIndexOf('/') + 1)])).Problems);
    }

    [Fact]
    public async Task A_redirect_does_not_lead_around_the_list()
    {
        var uri = _server.UriOf("d.jsonl");
        var elsewhere = new UriBuilder(uri) { Host = "localhost" }.Uri;
        _server.Meet(new() { Status = 302, Location = elsewhere.AbsoluteUri });

        var refused = await Assert.ThrowsAsync<UserException>(() => ReadAsync(uri, uri[..(uri.LastIndexOf('/') + 1)]));

        Assert.Contains("localhost is an address of this machine", refused.Message, StringComparison.Ordinal);
        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task An_answer_does_not_tell_what_lies_at_a_location_that_somebody_else_names()
    {
        var uri = _server.UriOf("d.jsonl");
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(_server.Content));
        var wrong = $"{uri}#sha256={new string('0', 64)}";

        var theirs = await Assert.ThrowsAsync<UserException>(() => ReadAsync(wrong, uri[..(uri.LastIndexOf('/') + 1)]));
        var mine = await Assert.ThrowsAsync<UserException>(() => new RemoteDatasets(new(null)).ReadAsync(
            RemoteUri.Parse(wrong), LineRange.All, TestContext.Current.CancellationToken));

        Assert.DoesNotContain(hash, theirs.Message, StringComparison.Ordinal);
        Assert.Contains(hash, mine.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_names_only_datasets_of_the_list()
    {
        var files = new RemoteFiles(null, AllowedSources.Of("sets.example", false, null, [], []));
        var refused = await Assert.ThrowsAsync<UserException>(() => new RemoteDatasets(files).ReadGuardedAsync(
            new DatasetReference { Uri = "https://other.example/d.jsonl?sig=secret" }, TestContext.Current.CancellationToken));
        Assert.Equal(ExitCode.BadInput, refused.Code);
        Assert.Contains("Rebase:Sources:Datasets", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused.Message, StringComparison.Ordinal);
    }
}
