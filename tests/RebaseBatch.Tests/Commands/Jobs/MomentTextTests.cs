using RebaseBatch.Commands.Jobs;
using Xunit;

namespace RebaseBatch.Tests.Commands.Jobs;

[Fast]
public sealed class MomentTextTests
{
    static readonly TimeZoneInfo s_berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Theory]
    [InlineData("2026-11-21T07:00+01:00", "2026-11-21T06:00:00Z")]
    [InlineData("2026-11-21 07:00:30 -05:00", "2026-11-21T12:00:30Z")]
    [InlineData("2026-11-21T06:00Z", "2026-11-21T06:00:00Z")]
    [InlineData("2026-11-21 07:00", "2026-11-21T06:00:00Z")]
    [InlineData("2026-07-21T07:00:01", "2026-07-21T05:00:01Z")]
    public void A_moment_is_read_in_the_forms_of_iso_8601(string text, string utc)
    {
        var (moment, fault) = MomentText.Parse(text, s_berlin);
        Assert.Equal((DateTimeOffset.Parse(utc, System.Globalization.CultureInfo.InvariantCulture), null), (moment, fault));
    }

    [Theory]
    [InlineData("12/01/2026", "not a clear one")]
    [InlineData("01.12.2026 07:00", "not a clear one")]
    [InlineData("12/01/2026 07:00Z", "is not a time")]
    [InlineData("2026-11-21", "not a clear one")]
    [InlineData("07:00", "not a clear one")]
    [InlineData("2026-13-21T07:00Z", "is not a time")]
    [InlineData("21 Nov 2026", "not a clear one")]
    [InlineData("2026-03-29 02:30", "does not exist in Europe/Berlin")]
    [InlineData("2026-10-25 02:30", "comes twice in Europe/Berlin")]
    public void What_two_people_may_read_differently_is_refused(string text, string reason)
    {
        var (moment, fault) = MomentText.Parse(text, s_berlin);
        Assert.Null(moment);
        Assert.Contains(reason, fault, StringComparison.Ordinal);
    }
}
