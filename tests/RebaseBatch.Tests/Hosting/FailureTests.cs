using System.Net.Sockets;
using Npgsql;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Postgres;
using Xunit;

namespace RebaseBatch.Tests.Hosting;

[Fast]
public sealed class FailureTests
{
    public static TheoryData<Exception, int> Faults => new()
    {
        { new UserException(ExitCode.ModelUnusable, "the model is empty"), 5 },
        { new OperationCanceledException(), 130 },
        { new NpgsqlException("no answer", new SocketException((int)SocketError.ConnectionRefused)), 4 },
        { Refused("28P01"), 4 },
        { Refused("3D000"), 4 },
        { Refused("57P03"), 4 },
        { Refused("08P01"), 4 },
        { Refused("55P03"), 4 },
        { Refused("57014"), 4 },
        { Refused("42601"), 1 },
        { Refused("23505"), 1 },
        { Refused("42P01"), 4 },
        { Refused("42703"), 4 },
        { Refused("22P05"), 4 },
        { Refused("22021"), 4 },
        { Refused("53100"), 4 },
        { Refused("58030"), 4 },
        { Refused("XX001"), 4 },
        { new NpgsqlException("SSL connection requested. No SSL enabled connection from this host is configured."), 4 },
        { new NpgsqlException("No suitable host was found."), 4 },
        { new FileNotFoundException("no such file"), 3 },
        { new UnauthorizedAccessException("not allowed"), 6 },
        { new IOException("disk full"), 6 },
        { new InvalidOperationException("first line\nsecond line"), 1 },
    };

    [Theory]
    [MemberData(nameof(Faults), DisableDiscoveryEnumeration = true)]
    public void Each_fault_has_one_sentence_and_its_code(Exception fault, int code)
    {
        var failure = Failure.Of(fault);

        Assert.Equal((ExitCode)code, failure.Code);
        Assert.DoesNotContain('\n', failure.Sentences);
        Assert.NotEmpty(failure.Sentences);
    }

    [Fact]
    public void An_unexpected_fault_names_its_type() =>
        Assert.StartsWith("unexpected fault, InvalidOperationException: first line second line",
            Failure.Of(new InvalidOperationException("first line\nsecond line")).Sentences, StringComparison.Ordinal);

    [Theory]
    [InlineData("53100", "no room")]
    [InlineData("42P01", "db status")]
    [InlineData("XX001", "its server's log")]
    [InlineData("22021", "can't store a text")]
    public void A_fault_of_the_database_says_what_to_do_about_it(string state, string says) =>
        Assert.Contains(says, Failure.Of(Refused(state)).Sentences, StringComparison.Ordinal);

    [Theory]
    [InlineData("28P01", false)]
    [InlineData("57P01", true)]
    [InlineData("53300", true)]
    [InlineData("25006", true)]
    [InlineData("08P01", true)]
    [InlineData("57014", false)]
    [InlineData("55P03", false)]
    public void Only_a_database_that_is_away_is_worth_waiting_for(string state, bool away) =>
        Assert.Equal(away, DatabaseFaults.IsAway(Refused(state)));

    [Theory]
    [InlineData("57014")]
    [InlineData("08P01")]
    [InlineData("55P03")]
    [InlineData("40001")]
    public void A_cancelled_statement_a_lock_and_a_pooler_without_its_server_pass(string state) =>
        Assert.True(DatabaseFaults.IsPassing(Refused(state)));

    [Theory]
    [InlineData("28P01")]
    [InlineData("28000")]
    public void A_refused_login_passes_for_two_minutes_only(string state)
    {
        var time = new ManualTime();
        var patience = new LoginPatience(time);
        Assert.True(patience.Allows(Refused(state)));
        time.Pass(LoginPatience.Limit - TimeSpan.FromSeconds(1));
        Assert.True(patience.Allows(Refused(state)));
        patience.Answered();
        Assert.True(patience.Allows(Refused(state)));
        time.Pass(LoginPatience.Limit);
        Assert.False(patience.Allows(Refused(state)));
        Assert.True(patience.Allows(Refused("57P03")));
        Assert.False(patience.Allows(Refused("42601")));
    }

    static PostgresException Refused(string state) => new("refused", "FATAL", "FATAL", state);
}
