using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using RebaseBatch.Platform.Telemetry;
using Xunit;

namespace RebaseBatch.Tests.Platform.Telemetry;

[Fast]
public sealed class TextLinesTests
{
    sealed class At : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 11, 30, 17, 37, 46, TimeSpan.Zero);
    }

    [Theory]
    [InlineData(false, "2026-11-30 17:37:46Z warn: RebaseBatch.Some.Class[122] a message\n")]
    [InlineData(true, "2026-11-30 17:37:46Z \u001b[1;33mwarn\u001b[0m: RebaseBatch.Some.Class[122] a message\n")]
    public void A_line_has_the_date_the_zone_the_level_and_the_event(bool colour, string line) =>
        Assert.Equal(line, Write("a message", colour));

    [Fact]
    public void A_message_gives_no_orders_and_begins_no_line() => Assert.Equal(
        "2026-11-30 17:37:46Z warn: RebaseBatch.Some.Class[122] a 2026-11-30 17:37:46Z info: forged \\u001b[2J\\u202e "
            + "System.InvalidOperationException: bad\\u0007\n",
        Write("a\n2026-11-30 17:37:46Z info: forged \u001b[2J\u202e", colour: false, new InvalidOperationException("bad\a")));

    static string Write(string message, bool colour, Exception? fault = null)
    {
        using var output = new StringWriter { NewLine = "\n" };
        var entry = new LogEntry<string>(LogLevel.Warning, "RebaseBatch.Some.Class", new(122, "Some"), message, fault, (text, _) => text);
        new TextLines(new At(), colour).Write(entry, null, output);
        return output.ToString();
    }
}
