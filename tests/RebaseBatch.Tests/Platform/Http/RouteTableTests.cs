using RebaseBatch.Platform.Http;
using Xunit;

namespace RebaseBatch.Tests.Platform.Http;

[Fast]
public sealed class RouteTableTests
{
    static readonly Route s_root = new("/", Answer), s_exact = new("/reports/newest", Answer), s_numbered = Route.Numbered("/reports/jobs/", (number, _) => Answer(number));

    static readonly RouteTable s_table = new([s_root, s_exact, s_numbered]);

    [Theory]
    [InlineData("/", 0)]
    [InlineData("/reports/newest", 0)]
    [InlineData("/reports/jobs/1", 1)]
    [InlineData("/reports/jobs/9223372036854775807", long.MaxValue)]
    public void A_path_is_found_with_its_number(string path, long number)
    {
        Assert.Equal(number, s_table.Find(path)?.Number);
        Assert.Equal(number > 0 ? s_numbered : path == "/" ? s_root : s_exact, s_table.Find(path)?.Route);
    }

    [Theory]
    [InlineData("")]
    [InlineData("7")]
    [InlineData("/7")]
    [InlineData("//")]
    [InlineData("/reports/newest/")]
    [InlineData("/reports/newest/7")]
    [InlineData("/reports/jobs")]
    [InlineData("/reports/jobs/")]
    [InlineData("/reports/Jobs/7")]
    [InlineData("/reports/jobs/7/")]
    [InlineData("/reports/jobs/7/8")]
    [InlineData("/reports/jobs//7")]
    [InlineData("/reports/jobs/../jobs/7")]
    [InlineData("/reports/jobs/0")]
    [InlineData("/reports/jobs/07")]
    [InlineData("/reports/jobs/-7")]
    [InlineData("/reports/jobs/+7")]
    [InlineData("/reports/jobs/ 7")]
    [InlineData("/reports/jobs/7 ")]
    [InlineData("/reports/jobs/7\0")]
    [InlineData("/reports/jobs/7.0")]
    [InlineData("/reports/jobs/7e0")]
    [InlineData("/reports/jobs/0x7")]
    [InlineData("/reports/jobs/1,000")]
    [InlineData("/reports/jobs/\u0667")]
    [InlineData("/reports/jobs/seven")]
    [InlineData("/reports/jobs/9223372036854775808")]
    public void Anything_but_the_path_and_a_number_written_in_its_one_way_is_nothing(string path) => Assert.Null(s_table.Find(path));

    static Task<Reply> Answer(long number) => Task.FromResult(Reply.Text(200, $"{number}"));

    static Task<Reply> Answer(CancellationToken ct) => Answer(0);
}
