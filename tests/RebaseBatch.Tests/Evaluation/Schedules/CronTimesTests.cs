using System.Globalization;
using RebaseBatch.Evaluation.Schedules;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Evaluation.Schedules;

[Fast]
public sealed class CronTimesTests
{
    [Theory]
    // A Tuesday; Friday; the weekend is left out.
    [InlineData("0 1 * * 1-5", "UTC", "2026-11-17T12:00Z", "2026-11-18T01:00Z")]
    [InlineData("0 1 * * 1-5", "UTC", "2026-11-20T01:00Z", "2026-11-23T01:00Z")]
    [InlineData("0 1 * * 1-5", "Europe/Berlin", "2026-11-17T12:00Z", "2026-11-18T00:00Z")]
    [InlineData("0 1 * * 0", "UTC", "2026-11-17T12:00Z", "2026-11-22T01:00Z")]
    [InlineData("0 1 * * 7", "UTC", "2026-11-17T12:00Z", "2026-11-22T01:00Z")]
    // Friday or the 13th, as in Vixie's cron.
    [InlineData("0 1 13 * 5", "UTC", "2026-11-09T00:00Z", "2026-11-13T01:00Z")]
    [InlineData("0 1 14 * 5", "UTC", "2026-11-13T01:00Z", "2026-11-14T01:00Z")]
    // 02:30 does not exist on that Sunday in Berlin: at the end of the gap, and once.
    [InlineData("30 2 * * *", "Europe/Berlin", "2026-03-28T12:00Z", "2026-03-29T01:00Z")]
    [InlineData("30 2 * * *", "Europe/Berlin", "2026-03-29T01:00Z", "2026-03-30T00:30Z")]
    // 02:30 comes twice on that Sunday: the first counts, the second does not.
    [InlineData("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00Z", "2026-10-25T00:30Z")]
    [InlineData("30 2 * * *", "Europe/Berlin", "2026-10-25T00:30Z", "2026-10-26T01:30Z")]
    [InlineData("30 1 * * *", "America/New_York", "2026-11-01T05:30Z", "2026-11-02T06:30Z")]
    // A schedule of every hour is due every hour, also when the clocks change.
    [InlineData("0 * * * *", "Europe/Berlin", "2026-10-25T00:00Z", "2026-10-25T01:00Z")]
    [InlineData("0 * * * *", "Europe/Berlin", "2026-03-29T00:00Z", "2026-03-29T01:00Z")]
    // Stored schedules may have these expressions, which Cronos does not read or reads in another way.
    [InlineData("0 1 */2 * 1", "UTC", "2026-11-29T02:00Z", "2026-11-30T01:00Z")]
    [InlineData("0 1 1 * */1", "UTC", "2026-11-17T12:00Z", "2026-11-18T01:00Z")]
    [InlineData("0 1 1 * 0-6", "UTC", "2026-11-17T12:00Z", "2026-12-01T01:00Z")]
    [InlineData("0 1 ? * MON", "UTC", "2026-11-17T12:00Z", "2026-11-23T01:00Z")]
    [InlineData("0 1 * * L", "UTC", "2026-11-17T12:00Z", "2026-11-21T01:00Z")]
    [InlineData("0 1 * * 5L", "UTC", "2026-11-17T12:00Z", "2026-11-27T01:00Z")]
    [InlineData("0 1 * * fri#2", "UTC", "2026-11-17T12:00Z", "2026-12-11T01:00Z")]
    [InlineData("0 1 15,L * *", "UTC", "2026-11-17T12:00Z", "2026-11-30T01:00Z")]
    [InlineData("0 1 1W,15W * *", "UTC", "2026-11-02T12:00Z", "2026-11-16T01:00Z")]
    [InlineData("0 1 31W * *", "UTC", "2026-02-01T00:00Z", "2026-02-27T01:00Z")]
    [InlineData("0 1 30W * *", "UTC", "2026-02-01T00:00Z", "2026-02-27T01:00Z")]
    [InlineData("0 1 30W 1,3 *", "UTC", "2026-02-01T00:00Z", "2026-03-30T01:00Z")]
    [InlineData("0 1,,*/12 * * *", "UTC", "2026-11-17T01:00Z", "2026-11-17T12:00Z")]
    [InlineData("0 1 * * 1/2", "UTC", "2026-11-20T12:00Z", "2026-11-23T01:00Z")]
    [InlineData("0 1 * * 7/2", "UTC", "2026-11-20T12:00Z", "2026-11-21T01:00Z")]
    [InlineData("0 1 * * 7-2/2", "UTC", "2026-11-17T12:00Z", "2026-11-22T01:00Z")]
    [InlineData("0 1 * * 7-7/2", "UTC", "2026-11-17T12:00Z", "2026-11-22T01:00Z")]
    [InlineData("@daily", "Europe/Berlin", "2026-11-17T12:00Z", "2026-11-17T23:00Z")]
    public void The_next_due_time_is_right_in_its_zone(string cron, string zone, string moment, string due) =>
        Assert.Equal(At(due), new CronTimes(cron, CronTimes.Zone(zone)).After(At(moment)));

    [Theory]
    [InlineData("* * * *")]
    [InlineData("61 * * * *")]
    [InlineData("0 1 * * 8")]
    [InlineData("0 1 31 2 *")]
    [InlineData("at one")]
    [InlineData("H 1 * * *")]
    [InlineData("0 0 1 * * *")]
    [InlineData("@every_second")]
    [InlineData("@")]
    [InlineData("")]
    public void What_is_no_cron_expression_is_refused(string cron)
    {
        var error = Assert.Throws<UserException>(() => new CronTimes(cron, TimeZoneInfo.Utc));
        Assert.Equal(ExitCode.BadInput, error.Code);
        Assert.Contains(cron, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2026-11-17T00:00Z", "2026-11-20T12:00Z", "2026-11-20T01:00Z")]
    [InlineData("2026-11-20T01:00Z", "2026-11-20T12:00Z", null)]
    [InlineData("2026-11-20T00:59Z", "2026-11-20T01:00Z", "2026-11-20T01:00Z")]
    [InlineData("2016-01-01T00:00Z", "2026-11-20T12:00Z", "2026-11-20T01:00Z")]
    public void The_last_due_time_of_a_span_is_found(string from, string to, string? last) =>
        Assert.Equal(last is null ? null : At(last), new CronTimes("0 1 * * *", TimeZoneInfo.Utc).LastWithin(At(from), At(to)));

    [Theory]
    [InlineData("2026-11-20T00:00Z", "07:00", "Europe/Berlin", "2026-11-20T06:00Z")]
    // A window that opens after that time lasts until the next day.
    [InlineData("2026-11-20T06:00Z", "07:00", "Europe/Berlin", "2026-11-21T06:00Z")]
    [InlineData("2026-11-20T21:00Z", "07:00", "Europe/Berlin", "2026-11-21T06:00Z")]
    // One night of a clock change has an hour more, the other an hour less.
    [InlineData("2026-10-24T23:00Z", "07:00", "Europe/Berlin", "2026-10-25T06:00Z")]
    [InlineData("2026-03-29T00:00Z", "07:00", "Europe/Berlin", "2026-03-29T05:00Z")]
    [InlineData("2026-03-29T00:00Z", "02:30", "Europe/Berlin", "2026-03-29T01:00Z")]
    public void A_window_closes_by_the_zones_clocks(string opens, string until, string zone, string closes) =>
        Assert.Equal(At(closes), CronTimes.Closing(At(opens), TimeOnly.Parse(until, CultureInfo.InvariantCulture), CronTimes.Zone(zone)));

    [Fact]
    public void An_unknown_time_zone_is_named() =>
        Assert.Contains("Berlin/Europe", Assert.Throws<UserException>(() => CronTimes.Zone("Berlin/Europe")).Message,
            StringComparison.Ordinal);

    static DateTimeOffset At(string moment) => DateTimeOffset.Parse(moment, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);
}
