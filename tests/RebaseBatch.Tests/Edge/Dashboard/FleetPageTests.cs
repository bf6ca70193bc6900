using RebaseBatch.Edge.Dashboard;
using Xunit;

namespace RebaseBatch.Tests.Edge.Dashboard;

[Fast]
public sealed class FleetPageTests
{
    static readonly FleetStatus s_status = new()
    {
        Worker = "w", At = DateTimeOffset.UnixEpoch, DatabaseError = null, Alive = 1, Lost = 1, TokensPerSecond = 1234.4, Free = 1,
        Held = 2, Due = 7, Later = 0, WorkersLeftOut = 0, Queue = [new("p", null, 2, 7, 2, 0, 61)],
        Lines = [new(5, "<em>", 1, 3, 0, 0, 61), new(0, null, 1, 4, 2, 0, null)],
        Workers =
        [
            new()
            {
                Worker = "<b>", State = "lost", Host = "h&h", Process = 7, Version = "0.9.0+abc", Models = ["<i>"], Devices = ["CPU"],
                Labels = ["gpu=h200", "<q>"],
                Batches = ["7/1 <u>"], Free = null, TokensPerSecond = null, StartedAt = DateTimeOffset.UnixEpoch, SeenSeconds = 75,
                LeasedUntil = DateTimeOffset.UnixEpoch, Lacks = "no <file>",
            },
        ],
    };

    [Fact]
    public void Texts_of_workers_and_jobs_are_escaped()
    {
        var page = FleetPage.Of(s_status).Markup;

        Assert.DoesNotContain("<b>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<i>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<em>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<q>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<u>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<file>", page, StringComparison.Ordinal);
        Assert.Contains("h&amp;h, process 7", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_queue_is_shown_by_team_and_priority_and_workers_with_their_labels()
    {
        var fragment = FleetPage.Fragment(s_status).Markup;

        Assert.Contains("Queue by team and priority", fragment, StringComparison.Ordinal);
        Assert.Matches("""<th scope="row">&lt;em&gt;</th><td class="number">5</td>\s*<td class="number">1</td>""", fragment);
        Assert.Matches("""<th scope="row">\(none\)</th><td class="number">0</td>""", fragment);
        Assert.Contains("labels gpu=h200, &lt;q&gt;", fragment, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lost_worker_is_told_with_its_age_and_its_leases()
    {
        var fragment = FleetPage.Fragment(s_status).Markup;

        Assert.Contains("<span class=\"state lost\">lost</span>", fragment, StringComparison.Ordinal);
        Assert.Contains("seen 1 min 15 s ago", fragment, StringComparison.Ordinal);
        Assert.Contains("leases until 1970-01-01 00:00:00", fragment, StringComparison.Ordinal);
        Assert.Contains("1,234", fragment, StringComparison.Ordinal);
        Assert.Contains("+ 1 lost", fragment, StringComparison.Ordinal);
        Assert.Matches(@"\.lost[^}]*\{ color: var\(--bad\)", PageFiles.Style);
    }
}
