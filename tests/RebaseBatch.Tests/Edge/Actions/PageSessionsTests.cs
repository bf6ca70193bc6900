using RebaseBatch.Edge.Actions;
using Xunit;

namespace RebaseBatch.Tests.Edge.Actions;

[Fast]
public sealed class PageSessionsTests
{
    readonly ManualTime _time = new();

    PageSessions Sessions => field ??= new("a token of this worker", _time);

    [Fact]
    public void A_session_ends_after_twelve_hours_however_often_it_is_used()
    {
        var cookie = Sessions.Begin("ann");
        for (var hour = 0; hour < 12; hour++)
        {
            Assert.Equal("ann", Sessions.Find(cookie)?.Name);
            _time.Pass(TimeSpan.FromHours(1));
        }

        Assert.Null(Sessions.Find(cookie));
    }

    [Fact]
    public void A_hundred_sessions_are_kept_and_the_oldest_gives_way()
    {
        var cookies = new List<string>();
        for (var session = 0; session < 101; session++)
        {
            cookies.Add(Sessions.Begin($"user {session}"));
            _time.Pass(TimeSpan.FromSeconds(1));
        }

        Assert.Null(Sessions.Find(cookies[0]));
        Assert.All(cookies.Skip(1), cookie => Assert.NotNull(Sessions.Find(cookie)));
    }

    [Fact]
    public void A_form_fits_its_own_session_and_action_only()
    {
        var (ann, eve) = (Sessions.Find(Sessions.Begin("ann"))!, Sessions.Find(Sessions.Begin("eve"))!);
        var form = ann.FormToken("/actions/jobs/7/cancel");

        Assert.True(ann.Fits("/actions/jobs/7/cancel", form));
        Assert.False(ann.Fits("/actions/jobs/8/cancel", form));
        Assert.False(eve.Fits("/actions/jobs/7/cancel", form));
        Assert.False(ann.Fits("/actions/jobs/7/cancel", null));
    }

    [Fact]
    public void A_session_that_was_ended_is_not_found_and_nobody_else_is_logged_out()
    {
        var (ann, eve) = (Sessions.Begin("ann"), Sessions.Begin("eve"));
        Sessions.End(ann);
        Sessions.End("no such cookie");

        Assert.Null(Sessions.Find(ann));
        Assert.NotNull(Sessions.Find(eve));
    }
}
