using Microsoft.AspNetCore.Http;
using RebaseBatch.Platform.Http;
using Xunit;

namespace RebaseBatch.Tests.Platform.Http;

[Fast]
public sealed class AllowedHostsTests
{
    [Theory]
    [InlineData("localhost")]
    [InlineData("LOCALHOST:8080")]
    [InlineData("127.0.0.1:8080")]
    [InlineData("10.1.2.3")]
    [InlineData("[::1]:8080")]
    [InlineData("worker.example")]
    [InlineData("Worker.Example.:80")]
    public void Addresses_localhost_and_the_names_that_were_set_are_answered(string host) =>
        Assert.True(new AllowedHosts("other.example, worker.example").Allows(new(host)));

    [Theory]
    [InlineData("")]
    [InlineData("evil.example")]
    [InlineData("localhost.evil.example")]
    [InlineData("127.0.0.1.evil.example")]
    [InlineData("worker.example.evil")]
    [InlineData("2130706433")]
    [InlineData("*")]
    public void Any_other_name_may_be_one_that_was_made_to_point_here(string host) =>
        Assert.False(new AllowedHosts("worker.example").Allows(new(host)));

    [Fact]
    public void A_star_allows_every_name() => Assert.True(new AllowedHosts("*").Allows(new HostString("any.example")));
}
