using System.Text;
using RebaseBatch.Core.Datasets;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Remote;
using Xunit;

namespace RebaseBatch.Tests.Platform.Remote;

public sealed class RemoteDatasetsTests
{
    static readonly RemoteFiles s_files = new(null, new() { FirstPause = TimeSpan.FromMilliseconds(5), Faults = 2 }, TimeProvider.System);

    static readonly string s_lines =
        string.Concat(Enumerable.Range(1, 2000).Select(n => $$"""{"question":"What is {{n}}?","answer":"#### {{n}}"}""" + "\n"));

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_part_of_a_dataset_is_numbered_as_in_the_whole()
    {
        await using var server = await FileServer.StartAsync(Encoding.UTF8.GetBytes(s_lines));
        server.Meet(new() { CutAfter = 50_000 });
        var dataset = await new RemoteDatasets(s_files).ReadAsync(RemoteUri.Parse(server.UriOf("a/math%20set.jsonl?sig=secret")),
            new(1500, 1502), Ct);
        Assert.Equal(["math set-1500", "math set-1501", "math set-1502"], dataset.Problems.Select(problem => problem.CustomId));
        Assert.Empty(dataset.InvalidLines);
    }

    [Fact]
    public async Task A_dataset_that_cannot_be_had_for_now_is_told_from_one_that_is_not_there()
    {
        await using var server = await FileServer.StartAsync([]);
        var uri = RemoteUri.Parse(server.UriOf("set.jsonl"));
        for (var i = 0; i < 2; i++) server.Meet(new() { Status = 503 });
        await Assert.ThrowsAnyAsync<IOException>(() => new RemoteDatasets(s_files).ReadAsync(uri, LineRange.All, Ct));
        server.Meet(new() { Status = 404 });
        Assert.Equal(ExitCode.NotFound,
            (await Assert.ThrowsAsync<UserException>(() => new RemoteDatasets(s_files).ReadAsync(uri, LineRange.All, Ct))).Code);
    }

    // The worker's identity is not sent there, so no role that somebody grants it can help.
    [Theory]
    [InlineData(401, "?sig=secret", ExitCode.BadInput)]
    [InlineData(403, "?sig=secret", ExitCode.BadInput)]
    [InlineData(403, "", ExitCode.NoPermission)]
    public async Task A_signature_that_is_refused_is_a_fault_of_the_message(int status, string query, object code)
    {
        await using var server = await FileServer.StartAsync([]);
        server.Meet(new() { Status = status });
        var fault = await Assert.ThrowsAsync<UserException>(() => new RemoteDatasets(s_files).ReadNamedAsync(
            RemoteUri.Parse(server.UriOf("set.jsonl" + query)), LineRange.All, Ct));
        Assert.Equal((ExitCode)code, fault.Code);
        Assert.DoesNotContain("secret", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_stays_on_the_disk()
    {
        await using var server = await FileServer.StartAsync(Encoding.UTF8.GetBytes(s_lines));
        string path;
        await using (var part = PartFile.Temporary())
        {
            await s_files.DownloadOf(RemoteUri.Parse(server.UriOf("set.jsonl"))).RunAsync(part, (_, _) => { }, Ct);
            path = ((FileStream)part.FromStart()).Name;
            Assert.Equal(s_lines.Length, new FileInfo(path).Length);
        }

        Assert.False(File.Exists(path));
    }
}
