using System.Text;
using RebaseBatch.Durable.Results;
using Xunit;

namespace RebaseBatch.Tests.Durable.Results;

/// <summary>What every store of result files must do. A store's own suite derives from it.</summary>
public abstract class ResultBlobsConformance
{
    const string Name = "job-1-abcdef01/batch-0001.0123456789ab.answers.jsonl";

    private protected abstract IResultBlobs Blobs { get; }

    private protected abstract Task<byte[]> ReadAsync(string name);

    private protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5_000_000)]
    public async Task Content_is_stored_as_it_is(int length)
    {
        var content = new byte[length];
        new Random(length).NextBytes(content);
        var receipt = await Blobs.PutOnceAsync(Name, content, Ct);
        Assert.Equal((Name, true), (receipt.Name, receipt.Created));
        Assert.Equal(content, await ReadAsync(Name));
    }

    [Fact]
    public async Task A_store_that_was_tried_any_number_of_times_can_be_written()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Blobs.EnsureWritableAsync(Ct)));
        await Blobs.EnsureWritableAsync(Ct);
        Assert.True((await Blobs.PutOnceAsync(Name, new byte[3], Ct)).Created);
    }

    [Fact]
    public async Task The_same_content_again_is_fine()
    {
        var created = await Blobs.PutOnceAsync(Name, "same"u8.ToArray(), Ct);
        var again = await Blobs.PutOnceAsync(Name, "same"u8.ToArray(), Ct);
        Assert.Equal(created with { Created = false }, again);
    }

    [Theory]
    [InlineData("other")]
    [InlineData("former and more")]
    [InlineData("")]
    public async Task Other_content_under_the_same_name_is_refused_and_the_first_stays(string other)
    {
        await Blobs.PutOnceAsync(Name, "former"u8.ToArray(), Ct);
        await Assert.ThrowsAsync<BlobConflictException>(() => Blobs.PutOnceAsync(Name, Encoding.UTF8.GetBytes(other), Ct));
        Assert.Equal("former"u8.ToArray(), await ReadAsync(Name));
    }

    [Fact]
    public async Task Of_different_contents_written_at_once_exactly_one_stands_whole()
    {
        for (var round = 0; round < 20; round++)
        {
            var name = $"race/{round}";
            var won = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
            {
                try
                {
                    Assert.True((await Blobs.PutOnceAsync(name, Content(i), Ct)).Created);
                    return i;
                }
                catch (BlobConflictException)
                {
                    return -1;
                }
            }, Ct)));
            Assert.Equal(Content(Assert.Single(won, i => i >= 0)), await ReadAsync(name));
        }

        static byte[] Content(int i) => Enumerable.Repeat((byte)i, 10_000).ToArray();
    }

    [Fact]
    public async Task Of_equal_contents_written_at_once_all_succeed_and_one_created_it()
    {
        var receipts =
            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Blobs.PutOnceAsync(Name, new byte[10_000], Ct), Ct)));
        Assert.Single(receipts, r => r.Created);
    }

    [Fact]
    public async Task What_is_stored_is_listed_with_its_hash_until_it_is_deleted()
    {
        Assert.Empty(await Blobs.ListAsync("job-", Ct).ToListAsync(Ct));
        await Blobs.PutOnceAsync(Name, "abc"u8.ToArray(), Ct);
        await Blobs.PutOnceAsync("job-10-abcdef01/summary.json", new byte[1], Ct);
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", await Blobs.HashAsync(Name, Ct));
        Assert.Equal(2, (await Blobs.ListAsync("job-", Ct).ToListAsync(Ct)).Count);
        Assert.Equal([Name], await Blobs.ListAsync("job-1-abcdef01/", Ct).ToListAsync(Ct));

        Assert.True(await Blobs.DeleteAsync(Name, Ct));
        Assert.False(await Blobs.DeleteAsync(Name, Ct));
        Assert.Null(await Blobs.HashAsync(Name, Ct));
        Assert.Empty(await Blobs.ListAsync("job-1-abcdef01/", Ct).ToListAsync(Ct));
        Assert.True((await Blobs.PutOnceAsync(Name, "abc"u8.ToArray(), Ct)).Created);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/etc/passwd")]
    [InlineData("../outside")]
    [InlineData("a/../../outside")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData("a\\b")]
    [InlineData("a/.hidden")]
    [InlineData("a b")]
    [InlineData("a\n")]
    public async Task A_name_that_could_lead_elsewhere_is_refused(string name) =>
        await Assert.ThrowsAsync<ArgumentException>(() => Blobs.PutOnceAsync(name, new byte[1], Ct));
}
