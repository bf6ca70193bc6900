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
        { Refused("42601"), 1 },
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
    [InlineData("28P01", false)]
    [InlineData("57P01", true)]
    [InlineData("53300", true)]
    [InlineData("25006", true)]
    public void Only_a_database_that_is_away_is_worth_waiting_for(string state, bool away) =>
        Assert.Equal(away, DatabaseFaults.IsAway(Refused(state)));

    static PostgresException Refused(string state) => new("refused", "FATAL", "FATAL", state);
}
