using System.Net;
using RebaseBatch.Edge.Intake;
using RebaseBatch.Hosting;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Remote;
using Xunit;

namespace RebaseBatch.Tests.Platform.Remote;

[Fast]
public sealed class AllowedSourcesTests
{
    const string List = "models.example, https://acct.blob.core.windows.net/models/, /srv/models, http://10.1.2.3:8080/";

    static AllowedSources Of(string list, params string[] named) => AllowedSources.Of(list, isOwnWork: false, null, named, []);

    [Theory]
    [InlineData("https://models.example/any/m.gguf?sig=1#sha256=00", true)]
    [InlineData("https://MODELS.example/m.gguf", true)]
    [InlineData("http://models.example/m.gguf", false)]
    [InlineData("https://models.example:8443/m.gguf", false)]
    [InlineData("https://models.example.org/m.gguf", false)]
    [InlineData("https://x.models.example/m.gguf", false)]
    [InlineData("https://acct.blob.core.windows.net/models/a/m.gguf", true)]
    [InlineData("https://acct.blob.core.windows.net/models2/m.gguf", false)]
    [InlineData("https://acct.blob.core.windows.net/models/../secret/m.gguf", false)]
    [InlineData("https://acct.blob.core.windows.net/models/%2e%2e/secret/m.gguf", false)]
    [InlineData("https://acct.blob.core.windows.net/models/..%2fsecret/m.gguf", false)]
    [InlineData("https://acct.blob.core.windows.net@evil.example/models/m.gguf", false)]
    [InlineData("http://10.1.2.3:8080/m.gguf", true)]
    [InlineData("http://10.1.2.3/m.gguf", false)]
    [InlineData("/srv/models/m.gguf", true)]
    [InlineData("/srv/models/../m.gguf", false)]
    [InlineData("/srv/models2/m.gguf", false)]
    [InlineData("/etc/passwd", false)]
    public void A_location_is_allowed_by_its_host_its_beginning_or_its_folder(string location, bool allowed) =>
        Assert.Equal(allowed, Of(List).Allows(location));

    [Fact]
    public void A_name_of_the_command_line_needs_no_entry_and_a_star_is_everything()
    {
        Assert.True(Of(List, "/tmp/mine.gguf").Allows("/tmp/mine.gguf"));
        Assert.False(Of(List, "/tmp/mine.gguf").Allows("/tmp/other.gguf"));
        Assert.True(Of("*").Allows("/tmp/other.gguf") && Of("*").Allows("https://h/m.gguf"));
        Assert.False(Of("").Allows("/tmp/other.gguf") || Of("").Allows("https://h/m.gguf"));
    }

    [Theory]
    [InlineData("huggingface.co", "18.1.2.3", true)]
    [InlineData("huggingface.co", "127.0.0.1", false)]
    [InlineData("huggingface.co", "169.254.169.254", false)]
    [InlineData("huggingface.co", "168.63.129.16", false)]
    [InlineData("huggingface.co", "0.0.0.0", false)]
    [InlineData("huggingface.co", "10.0.0.1", false)]
    [InlineData("huggingface.co", "172.31.0.1", false)]
    [InlineData("huggingface.co", "192.168.1.1", false)]
    [InlineData("huggingface.co", "100.64.0.1", false)]
    [InlineData("huggingface.co", "::1", false)]
    [InlineData("huggingface.co", "::", false)]
    [InlineData("huggingface.co", "fe80::1", false)]
    [InlineData("huggingface.co", "fd00:ec2::254", false)]
    [InlineData("huggingface.co", "::ffff:127.0.0.1", false)]
    [InlineData("huggingface.co", "64:ff9b::a9fe:a9fe", false)]
    [InlineData("huggingface.co", "2002:7f00:1::", false)]
    [InlineData("huggingface.co", "2606:4700::1", true)]
    [InlineData("models.intranet", "10.0.0.1", true)]
    [InlineData("models.intranet", "127.0.0.1", false)]
    [InlineData("models.intranet", "169.254.169.254", false)]
    [InlineData("127.0.0.1", "127.0.0.1", true)]
    [InlineData("[::1]", "::1", true)]
    [InlineData("localhost", "::1", true)]
    [InlineData("127.0.0.2", "127.0.0.2", false)]
    public void The_address_that_a_name_leads_to_counts(string host, string address, bool connects) => Assert.Equal(connects,
        Of("*, models.intranet, http://127.0.0.1:80/, http://[::1]:80/, localhost").Connects(host, IPAddress.Parse(address)));

    [Fact]
    public void Without_a_list_everything_is_allowed_only_where_nobody_else_hands_out_work()
    {
        Assert.True(new RebaseOptions().ModelSources().Allows("/tmp/m.gguf"));
        Assert.True(new RebaseOptions().DatasetSources().Allows("https://h/d.jsonl"));
        Assert.False(new RebaseOptions().ModelSources().Connects("h", IPAddress.Loopback));
        RebaseOptions[] shared =
        [
            new() { Database = new() { ConnectionString = "Host=db" } }, new() { Intake = new() { Kind = IntakeKind.ServiceBus } },
            new() { Blobs = new() { ServiceUri = "https://acct.blob.core.windows.net" } },
        ];
        Assert.All(shared, options => Assert.False(options.ModelSources().Allows("/tmp/m.gguf")));
        Assert.All(shared, options => Assert.False(options.DatasetSources().Allows("https://h/d.jsonl")));
        Assert.True(shared[2].ModelSources().Allows("https://acct.blob.core.windows.net/c/m.gguf?sig=1"));
        // A list takes the account's place.
        shared[2].Sources.Models = "models.example";
        Assert.False(shared[2].ModelSources().Allows("https://acct.blob.core.windows.net/c/m.gguf"));
    }

    [Fact]
    public void A_catalog_names_a_place_that_is_not_allowed_as_a_fault_of_this_machine_before_it_looks_there()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("m.gguf", "not a model");
        var catalog = new ModelCatalog(new Dictionary<string, ModelOptions> { ["mine"] = new() { Path = file } }, Of("/srv/models"));

        Assert.Equal(file, catalog.Resolve("mine").File?.Path);
        Assert.NotNull(catalog.Resolve("tiny-math-prm"));
        var remote = $"https://h/m.gguf#sha256={new string('0', 64)}";
        foreach (var reference in (string[])[file, $"{folder.Path}/none.gguf", "/etc/passwd", remote])
        {
            var fault = Assert.Throws<MachineFaultException>(() => catalog.Resolve(reference));
            Assert.Equal(reference, fault.Model);
            Assert.Contains("Rebase:Sources:Models", fault.Message, StringComparison.Ordinal);
        }
        Assert.Throws<UserException>(() => catalog.Resolve("no-such-name"));
    }
}
