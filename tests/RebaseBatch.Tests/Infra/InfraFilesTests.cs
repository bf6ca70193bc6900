using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace RebaseBatch.Tests.Infra;

[Fast]
public sealed partial class InfraFilesTests
{
    [Fact]
    public void Every_file_parses()
    {
        var files = Repository.Files(".yaml", ".json").ToList();
        Assert.True(files.Count > 15);
        foreach (var file in files)
        {
            if (file.EndsWith(".json", StringComparison.Ordinal)) JsonDocument.Parse(File.ReadAllText(file)).Dispose();
            else Assert.All(Yaml.Documents(file), document => Assert.IsType<YamlMappingNode>(document));
        }
    }

    [Fact]
    public void A_kustomization_names_the_files_beside_it_all_of_them_and_no_others()
    {
        foreach (var file in Repository.Files("kustomization.yaml"))
        {
            var folder = Path.GetDirectoryName(file)!;
            var kustomization = Yaml.Documents(file).Single();
            var generated = kustomization.ItemsAt("configMapGenerator")
                .SelectMany(map => map.TextsAt("files").Concat(map.TextsAt("envs"))).ToList();
            var named = kustomization.TextsAt("resources").Concat(kustomization.TextsAt("components")).Concat(generated).ToList();

            Assert.All(named, name => Assert.True(Path.Exists(Path.Combine(folder, name)), $"{file} names {name}"));
            Assert.Equal(
                Directory.EnumerateFiles(folder).Select(Path.GetFileName).Where(name => name != "kustomization.yaml")
                    .Order(StringComparer.Ordinal),
                named.Where(name => !name.Contains("..", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        }
    }

    [Theory]
    [InlineData("azure")]
    [InlineData("inference-pool")]
    public void What_an_overlay_replaces_is_there_and_all_that_it_is_given_is_used(string name)
    {
        var overlay = Yaml.Documents($"infra/kubernetes/overlays/{name}/kustomization.yaml").Single();
        var replacements = overlay.ItemsAt("replacements").ToList();
        foreach (var target in replacements.SelectMany(replacement => replacement.ItemsAt("targets")))
        {
            var (kind, selectedName) = (target.TextAt("select", "kind"), target.TextAt("select", "name"));
            var selected = Manifests.All.Where(manifest => manifest.TextAt("kind") == kind
                && (selectedName is null || manifest.TextAt("metadata", "name") == selectedName)).ToList();
            Assert.NotEmpty(selected);
            foreach (var path in target.TextsAt("fieldPaths"))
                Assert.All(selected,
                    manifest => Assert.True(FieldAt(manifest, path) is not null,
                        $"{kind} {manifest.TextAt("metadata", "name")} has no {path}"));
        }

        var used = replacements.ToLookup(replacement => replacement.TextAt("source", "name"),
            replacement => replacement.TextAt("source", "fieldPath")!["data.".Length..]);
        Assert.Equal(Outputs(name).Order(StringComparer.Ordinal), used[name].Order(StringComparer.Ordinal));
        // The others are those of the overlay that it builds on.
        Assert.All(used.Where(source => source.Key != name), source => Assert.Subset(Outputs(source.Key!).ToHashSet(), source.ToHashSet()));
    }

    [Theory]
    [InlineData("azure")]
    [InlineData("inference-pool")]
    public void What_an_overlay_is_given_are_outputs_of_the_deployment(string name) =>
        Assert.All(Outputs(name), output => Assert.Contains(output, Bicep.Main.Outputs));

    [Fact]
    public void Every_pod_reaches_what_it_needs_and_neither_this_network_nor_the_metadata_of_its_machine()
    {
        var policy = Manifests.Of("NetworkPolicy", "rebase").At("spec")!;
        var covered = policy.ItemsAt("podSelector", "matchExpressions").Single();
        Assert.Equal("app.kubernetes.io/name", covered.TextAt("key"));
        // The worker is a Deployment, and a ScaledJob where that component is taken.
        Assert.Equal(
            Manifests.Pods.Select(pod => pod.Metadata.TextAt("labels", "app.kubernetes.io/name")!).Distinct().Order(StringComparer.Ordinal),
            covered.TextsAt("values").Order(StringComparer.Ordinal));
        Assert.Equal(["Ingress", "Egress"], policy.TextsAt("policyTypes"));

        var egress = policy.ItemsAt("egress").ToList();
        Assert.All(egress, rule => Assert.NotEmpty(rule.ItemsAt("to")));
        Assert.Equal(["53", "53", "5432", "443", "5671", "4317"],
            egress.SelectMany(rule => rule.ItemsAt("ports")).Select(port => port.TextAt("port")));
        var blocks = egress.SelectMany(rule => rule.ItemsAt("to")).Where(to => to.At("ipBlock") is not null).ToList();
        Assert.Equal(2, blocks.Count);
        Assert.All(blocks, to => Assert.Superset(new HashSet<string> { "169.254.0.0/16", "168.63.129.16/32", "10.0.0.0/8" },
            to.TextsAt("ipBlock", "except").ToHashSet()));

        var ingress = policy.ItemsAt("ingress").Single();
        Assert.Equal(Manifests.EnvironmentOf(Manifests.Worker.At("spec", "template", "spec")!)["Rebase__Http__Port"],
            ingress.ItemsAt("ports").Single().TextAt("port"));
        Assert.All(ingress.ItemsAt("from"), from => Assert.NotNull(from.At("namespaceSelector", "matchLabels")));
    }

    [Fact]
    public void The_overlay_names_the_image_by_a_digest_that_is_no_images_until_it_is_filled_in()
    {
        var image = Yaml.Documents("infra/kubernetes/overlays/azure/kustomization.yaml").Single().ItemsAt("images").Single();
        Assert.Null(image.TextAt("newTag"));
        Assert.Equal($"sha256:{new string('0', 64)}", image.TextAt("digest"));
    }

    [Fact]
    public void The_documents_put_no_password_on_a_command_line()
    {
        foreach (var page in (string[])["README.md", "docs/manual.md", "docs/messages.md", "docs/configuration.md", "docs/scaling.md",
            "infra/README.md"])
            // The shell sets a variable itself, which no other user sees.
            Assert.DoesNotContain(Repository.Lines(page), line => line.StartsWith("$ ", StringComparison.Ordinal)
                && !line.StartsWith("$ export ", StringComparison.Ordinal)
                && line.Contains("Password=", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void No_file_holds_what_looks_like_a_secret()
    {
        foreach (var file in Repository.Files().Append(Path.Combine(Repository.Root, "Dockerfile"))
            .Append(Path.Combine(Repository.Infra, ".env.example")).Append(Path.Combine(Repository.Infra, "README.md"))
            .Append(Path.Combine(Repository.Infra, "models", "README.md")))
            Assert.Empty(Secrets(File.ReadAllText(file)).Select(found => $"{file}: {found}"));
        Assert.Contains("infra/.env", Repository.Lines(".gitignore"));
    }

    [Theory]
    [InlineData("Password=hunter2;", true)]
    [InlineData("POSTGRES_PASSWORD: hunter2", true)]
    [InlineData("POSTGRES_PASSWORD=hunter2", true)]
    [InlineData("POSTGRES_PASSWORD=\n", false)]
    [InlineData("Password=${POSTGRES_PASSWORD:?fill it in}", false)]
    [InlineData("SharedAccessKey=SAS_KEY_VALUE;", false)]
    [InlineData("SharedAccessKey=bm8gc2VjcmV0IGF0IGFsbCBidXQgbG9uZyBlbm91Z2g=;", true)]
    [InlineData("AccountKey=bm8gc2VjcmV0", true)]
    [InlineData("https://a.blob.core.windows.net/c?sv=2024-01-01&sig=abc", true)]
    [InlineData("passwordAuth: 'Disabled'", false)]
    [InlineData("key: sku", false)]
    public void A_secret_is_known_by_its_look(string text, bool isOne) => Assert.Equal(isOne, Secrets(text).Any());

    static IEnumerable<string> Outputs(string overlay) => Repository.Lines($"infra/kubernetes/overlays/{overlay}/outputs.env")
        .Select(line => line.Split('=')[0]);

    static IEnumerable<string> Secrets(string text) => SecretShape().Matches(text).Select(match => match.Value);

    /// <summary>
    /// Reads a path of kustomize: keys by dots, <c>[name=x]</c> for an item, <c>[a.b/c]</c> for a key with dots, <c>*</c> for the first
    /// item.
    /// </summary>
    static YamlNode? FieldAt(YamlNode manifest, string path) =>
        PathParts().Matches(path).Select(part => part.Value.Trim('[', ']')).Aggregate((YamlNode?)manifest, (at, part) => at switch
    {
        YamlSequenceNode list when part == "*" => list.Children.FirstOrDefault(),
        YamlSequenceNode list when part.Split('=') is [var key, var value] =>
            list.Children.FirstOrDefault(item => item.TextAt(key) == value),
        _ => at.At(part),
    });

    // A literal value: no reference to a variable, nothing of a template, and not the emulator's placeholder, which is the same for
    // everyone.
    [GeneratedRegex("""(?i)(?:(?:(?:password|pwd|accountkey|sharedaccesskey)["']?\s*[=:]|secret=)[ \t]*["']?"""
        + """(?!SAS_KEY_VALUE\b)(?:[a-z0-9+/=_!@#-])[^\s;]*|[?&]sig=\w+)""")]
    private static partial Regex SecretShape();

    [GeneratedRegex("""\[[^\]]+\]|[^.\[\]]+""")]
    private static partial Regex PathParts();
}
