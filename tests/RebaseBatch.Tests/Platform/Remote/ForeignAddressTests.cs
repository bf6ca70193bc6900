using RebaseBatch.Platform.Remote;
using Xunit;

namespace RebaseBatch.Tests.Platform.Remote;

[Fast]
public sealed class ForeignAddressTests
{
    [Theory]
    [InlineData("hf://datasets/owner/name/data/test.parquet", "https://huggingface.co/datasets/owner/name/resolve/main/data/test.parquet")]
    [InlineData("hf://datasets/owner/name@dev/test.jsonl", "https://huggingface.co/datasets/owner/name/resolve/dev/test.jsonl")]
    [InlineData("hf://owner", "https://huggingface.co/datasets/OWNER/NAME/resolve/main/FILE")]
    [InlineData("s3://bucket/key", "aws s3 presign")]
    [InlineData("GS://bucket/key", "gcloud storage sign-url")]
    [InlineData("file:///data/set.jsonl", "give the path /data/set.jsonl")]
    [InlineData("ftp://host/set", "give an https address or a path")]
    public void An_address_without_a_client_names_the_way_out(string address, string way) =>
        Assert.Contains(way, ForeignAddress.WayOut(address), StringComparison.Ordinal);

    [Theory]
    [InlineData("https://host/set.jsonl")]
    [InlineData("set.jsonl")]
    [InlineData("C:\\sets\\set.jsonl")]
    [InlineData("a folder/x://y")]
    [InlineData("-")]
    public void Paths_and_web_addresses_are_none(string text) => Assert.Null(ForeignAddress.WayOut(text));
}
