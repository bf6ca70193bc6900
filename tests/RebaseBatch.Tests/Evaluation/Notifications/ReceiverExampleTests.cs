using System.Diagnostics;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using RebaseBatch.Evaluation.Notifications;
using RebaseBatch.Platform.Remote;
using RebaseBatch.Tests.Evaluation.Summaries;
using Xunit;

namespace RebaseBatch.Tests.Evaluation.Notifications;

/// <summary>The receiver in docs/notifications.md, run as it stands there.</summary>
public sealed partial class ReceiverExampleTests
{
    static readonly byte[] s_body =
        NotificationBody.Of(NotificationForm.Webhook, new(Verdicts.Block, DateTimeOffset.UnixEpoch), report: null);

    [Fact]
    public async Task The_documented_receiver_takes_what_is_genuine_once_and_refuses_all_else()
    {
        using var folder = new TemporaryFolder();
        var page = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "notifications.md"), StoreTest.Ct);
        var script = folder.Write("receiver.py", Python().Match(page).Groups[1].Value);
        var port = FreePort.Take();
        using var receiver = Start(script, port);
        try
        {
            await Eventually.TrueAsync(async () =>
            {
                Assert.False(receiver.HasExited, "the receiver ended");
                return await AnswersAsync(port);
            });
            var address = NotificationAddress.Parse($"http://127.0.0.1:{port}/");
            foreach (var id in (string[])["msg_1", "msg_1", "msg_2"])
                Assert.Null((await SendAsync(NotificationBench.Secret, address, id)).Error);
            var another = $"whsec_{Convert.ToBase64String(new byte[32])}";
            foreach (var other in (string[])["", another])
                Assert.StartsWith("it answers 401", (await SendAsync(other, address, "msg_3")).Error, StringComparison.Ordinal);
            Assert.Null((await SendAsync($"{another} {NotificationBench.Secret}", address, "msg_4")).Error);
        }
        finally
        {
            receiver.Kill();
            await receiver.WaitForExitAsync(StoreTest.Ct);
        }

        Assert.Equal(["block", "block", "block"],
            (await receiver.StandardOutput.ReadToEndAsync(StoreTest.Ct)).Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    static async Task<Delivery> SendAsync(string secret, NotificationAddress address, string id)
    {
        using var sender = new NotificationSender(AllowedSources.Any, new(secret), TimeProvider.System);
        return await sender.SendAsync(address, NotificationForm.Webhook, id, s_body, StoreTest.Ct);
    }

    static Process Start(string script, int port)
    {
        var start = new ProcessStartInfo("python3", [script]) { RedirectStandardOutput = true, RedirectStandardError = true };
        (start.Environment["SECRET"], start.Environment["PORT"]) = (NotificationBench.Secret, $"{port}");
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("python3 is not installed");
            throw;
        }
    }

    static async Task<bool> AnswersAsync(int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync("127.0.0.1", port, StoreTest.Ct);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    [GeneratedRegex("```python\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Python();
}
