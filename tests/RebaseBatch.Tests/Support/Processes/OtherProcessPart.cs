using Microsoft.Extensions.Logging.Abstractions;
using RebaseBatch.Platform.Postgres.Embedded;
using Xunit;

namespace RebaseBatch.Tests.Support.Processes;

/// <summary>What <see cref="OtherProcess"/> runs in its own process.</summary>
public sealed class OtherProcessPart
{
    [Fact(Explicit = true)]
    public async Task Uses_the_server_until_told_to_leave()
    {
        var folder = Environment.GetEnvironmentVariable(OtherProcess.FolderVariable);
        Assert.SkipWhen(folder is null, "only a part of other tests");
        await using (await EmbeddedPostgres.StartAsync(new() { DataDirectory = folder!, Durable = false }, NullLogger.Instance, default))
        {
            await File.WriteAllTextAsync(Path.Combine(folder!, $"{OtherProcess.ReadyPrefix}{Environment.ProcessId}"), "");
            await Console.In.ReadToEndAsync();
        }
    }
}
