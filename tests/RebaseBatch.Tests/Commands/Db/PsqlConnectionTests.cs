using RebaseBatch.Commands.Db;
using Xunit;

namespace RebaseBatch.Tests.Commands.Db;

[Fast]
public sealed class PsqlConnectionTests
{
    const string Login = @"Host=db.example;Port=5433;Username=ann;Password=it's a \secret;Database=my base;SSL Mode=VerifyFull;"
        + "Root Certificate=/etc/ca.pem";

    [Fact]
    public void Psql_gets_the_connection_in_variables_and_no_other_server_of_the_users()
    {
        var variables = PsqlConnection.Variables(new(Login)).ToDictionary(pair => pair.Name, pair => pair.Value);
        Assert.Equal(("db.example", "5433", "ann", @"it's a \secret", "my base", "verify-full", "/etc/ca.pem"),
            (variables["PGHOST"], variables["PGPORT"], variables["PGUSER"], variables["PGPASSWORD"], variables["PGDATABASE"],
                variables["PGSSLMODE"], variables["PGSSLROOTCERT"]));
        Assert.Null(variables["PGSERVICE"]);
        Assert.Null(variables["PGHOSTADDR"]);
    }

    [Fact]
    public void A_printed_connection_has_its_password_only_when_asked_for()
    {
        Assert.Equal("host=db.example port=5433 user=ann dbname='my base' sslmode=verify-full sslrootcert=/etc/ca.pem",
            PsqlConnection.Text(new(Login), withPassword: false));
        Assert.Contains(@" password='it\'s a \\secret' ", PsqlConnection.Text(new(Login), withPassword: true), StringComparison.Ordinal);
    }
}
