using Azure.Core;
using Azure.Identity;
using Microsoft.Extensions.Logging.Abstractions;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Remote;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Inference.Remote;

/// <summary>Models whose servers take a token of the process's Azure identity.</summary>
public sealed class RemoteKeyTests
{
    const string Scope = "https://ml.azure.com/.default";

    readonly TimerTime _time = new();

    static RemoteModel Model(params Uri[] endpoints) =>
        RemotePools.Model(RemoteKind.Vllm, endpoints) with { IdentityScope = Scope };

    [Fact]
    public async Task Requests_carry_the_identitys_token()
    {
        await using var server = await StubServer.StartAsync();
        var identity = new Identity();
        using var pool = Pool(Model(server.Uri), identity);
        using var reply = await pool.AskAsync(server.Uri, RemoteRequest.Get("v1/models"), CancellationToken.None);
        Assert.Equal("Bearer token-1", Assert.Single(server.Requests).Authorization);
        Assert.Equal([Scope], identity.Scopes);
    }

    [Fact]
    public async Task Many_requests_ask_for_one_token_and_for_the_next_before_it_expires()
    {
        var identity = new Identity { Lives = TimeSpan.FromHours(1), Now = _time.GetUtcNow };
        using var key = new RemoteKey(Model(new Uri("http://a.example")), "m", isReward: false, _time, identity);
        var tokens = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => key.GetAsync(CancellationToken.None).AsTask()));
        Assert.Equal(["token-1"], tokens.Distinct());
        _time.Pass(TimeSpan.FromMinutes(54));
        Assert.Equal("token-1", await key.GetAsync(CancellationToken.None));
        _time.Pass(TimeSpan.FromMinutes(2));
        Assert.Equal("token-2", await key.GetAsync(CancellationToken.None));
        Assert.Equal(("token-2", 2), (key.Newest, identity.Asked));
    }

    [Fact]
    public async Task Without_an_identity_the_batch_goes_back_and_the_reason_is_told()
    {
        using var key = new RemoteKey(Model(new Uri("http://a.example")), "m", isReward: true, _time,
            new Identity { Fault = new CredentialUnavailableException("no managed identity\nand more") });
        var fault = await Assert.ThrowsAsync<MachineFaultException>(() => key.GetAsync(CancellationToken.None).AsTask());
        Assert.Equal("the Azure identity of this process has no token for 'https://ml.azure.com/.default', the scope of the model 'm' (no "
            + "managed identity): give the machine an identity, or correct Rebase:Models:m:IdentityScope", fault.Message);
        Assert.True(fault.IsReward);
    }

    EndpointPool Pool(RemoteModel model, TokenCredential identity) =>
        new(model, "m", isReward: false, RemoteConnections.Client(), _time, NullLogger.Instance, identity);

    sealed class Identity : TokenCredential
    {
        public TimeSpan Lives { get; init; } = TimeSpan.FromDays(1);

        public Func<DateTimeOffset> Now { get; init; } = () => DateTimeOffset.UtcNow;

        public Exception? Fault { get; init; }

        public int Asked { get; private set; }

        public string[] Scopes { get; private set; } = [];

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public override async ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            await Task.Yield();
            Scopes = requestContext.Scopes;
            return Fault is null ? new($"token-{++Asked}", Now() + Lives) : throw Fault;
        }
    }
}
