using System.Text;
using RebaseBatch.Inference.Remote;
using Xunit;

namespace RebaseBatch.Tests.Inference.Remote;

[Fast]
public sealed class ServerMessageTests
{
    [Theory]
    [InlineData("""{"error":{"message":"no model `x`","type":"NotFoundError","code":404}}""", "no model `x`")]
    [InlineData("""{"object":"error","message":"too long","code":400}""", "too long")]
    [InlineData("""{"detail":"Not Found"}""", "Not Found")]
    [InlineData("""{"detail":[{"loc":["body"],"msg":"field required"}]}""", "field required")]
    [InlineData("""{"error":"no slot"}""", "no slot")]
    [InlineData("<html>Bad Gateway</html>", "<html>Bad Gateway</html>")]
    [InlineData("", "")]
    [InlineData("""{"message":"\ud83d"}""", """{"message":"\ud83d"}""")] // half of a character
    public void The_servers_own_words_are_found(string body, string words) => Assert.Equal(words, Of(body));

    [Fact]
    public void What_could_change_a_terminal_or_a_line_is_shown_as_a_code() =>
        Assert.Equal(@"a\nb\u001B[31mred\u202Eend\uD83D\uDE00", Of("a\nb\u001b[31mred\u202Eend\U0001F600"));

    [Fact]
    public void A_long_message_is_cut_and_a_secret_is_masked()
    {
        Assert.InRange(Of(new string('x', 5000)).Length, 100, 400);
        Assert.Equal("key *** is bad", ServerMessage.Of("key sk-1 is bad"u8, "sk-1"));
    }

    static string Of(string body) => ServerMessage.Of(Encoding.UTF8.GetBytes(body), null);
}
