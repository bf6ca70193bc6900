using RebaseBatch.Platform.Postgres.Embedded;
using Xunit;

namespace RebaseBatch.Tests.Platform.Postgres.Embedded;

/// <summary>What initdb says when it fails; it ends with what it cleans up, or with a hint.</summary>
[Fast]
public sealed class ToolResultTests
{
    [Theory]
    [InlineData(
        "The files belonging to this database system will be owned by user \"u\".\n"
            + "creating configuration files ... initdb: error: could not write file \"/d/postgresql.conf\": No space left on device\n"
            + "initdb: removing data directory \"/d\"\n",
        "creating configuration files ... initdb: error: could not write file \"/d/postgresql.conf\": No space left on device")]
    [InlineData(
        "initdb: error: cannot be run as root\ninitdb: hint: Please log in as the unprivileged user that will own the server process.\n",
        "initdb: error: cannot be run as root initdb: hint: Please log in as the unprivileged user that will own the server process.")]
    [InlineData(
        "running bootstrap script ... 2026-11-29 [7] FATAL:  could not create shared memory segment: Cannot allocate memory\n"
            + "2026-11-29 [7] DETAIL:  Failed system call was shmget.\nchild process exited with exit code 1\n"
            + "initdb: removing contents of data directory \"/d\"\n",
        "running bootstrap script ... 2026-11-29 [7] FATAL:  could not create shared memory segment: Cannot allocate memory "
            + "2026-11-29 [7] DETAIL:  Failed system call was shmget.")]
    [InlineData("initdb: error while loading shared libraries: libicu.so: cannot open\nmore\n",
        "initdb: error while loading shared libraries: libicu.so: cannot open")]
    [InlineData("first\nlast\n", "last")]
    [InlineData("", "exit code 1")]
    public void The_reason_is_the_line_that_names_an_error(string output, string reason) =>
        Assert.Equal(reason, new ToolResult(1, output).Reason);
}
