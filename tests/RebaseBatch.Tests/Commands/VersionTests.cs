using RebaseBatch.Commands;
using Xunit;

namespace RebaseBatch.Tests.Commands;

public sealed class VersionTests
{
    [Fact]
    public async Task The_version_is_that_of_the_build_and_nothing_else()
    {
        await using var process = RebaseProcess.Start("--version");

        Assert.Equal(0, await process.ExitAsync());
        Assert.Matches(@"^\d+\.\d+\.\d+$", process.Output.Trim());
        Assert.Equal(typeof(CommandLine).Assembly.GetName().Version!.ToString(3), process.Output.Trim());
        Assert.Empty(process.Stderr);
    }
}
