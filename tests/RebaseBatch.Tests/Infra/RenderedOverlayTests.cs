using System.Diagnostics;
using RebaseBatch.Inference.Catalog;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace RebaseBatch.Tests.Infra;

/// <summary>
/// What kubectl makes of the overlay with servers: its patches and replacements do what the others of these tests read in them.
/// </summary>
public sealed class RenderedOverlayTests
{
    [Fact]
    public async Task Workers_need_no_GPU_and_know_both_models_by_their_servers_alone()
    {
        var rendered = await RenderAsync("infra/kubernetes/overlays/inference-pool");
        var worker = rendered.Single(Is("Deployment", "rebase-worker")).At("spec", "template", "spec")!;
        var container = Assert.Single(worker.ItemsAt("containers"));
        Assert.Null(worker.At("nodeSelector") ?? worker.At("tolerations") ?? container.At("resources", "limits", "nvidia.com/gpu"));
        Assert.NotNull(container.At("resources", "limits", "memory"));

        var settings = rendered.Single(Is("ConfigMap", "rebase-settings")).PairsAt("data")
            .Select(pair => KeyValuePair.Create(pair.Key, ((YamlScalarNode)pair.Value).Value!));
        var own = container.ItemsAt("env").Where(variable => variable.At("value") is not null)
            .Select(variable => KeyValuePair.Create(variable.TextAt("name")!, variable.TextAt("value")!));
        var options = SettingNamesTests.Load(settings.Concat(own));
        Assert.Equal(["policy", "reward"], options.Models.Keys.Order(StringComparer.Ordinal));
        Assert.All(options.Models, model => Assert.Equal(4, RemoteEntry.Of(model.Key, model.Value)!.Endpoints.Count));
        Assert.Equal((null, 0), (options.Inference.Runtime, options.Inference.GpuLayers));
        Assert.Equal(options.Worker.MaxBatches.ToString(System.Globalization.CultureInfo.InvariantCulture),
            rendered.Single(Is("ScaledObject", "rebase-worker")).TextAt("spec", "triggers", "0", "metadata", "targetQueryValue"));

        var outputs = SettingNamesTests.Pairs("outputs.env");
        Assert.All(rendered.Where(manifest => manifest.TextAt("kind") == "ScaledObject"),
            scaled => Assert.Equal(outputs["databaseHost"], scaled.TextAt("spec", "triggers", "0", "metadata", "host")));
        Assert.Equal(SettingNamesTests.Pairs("outputs.env", "inference-pool")["serverClientId"],
            rendered.Single(Is("ServiceAccount", "rebase-server")).TextAt("metadata", "annotations", "azure.workload.identity/client-id"));
        // A server of another namespace would be out of the policies' reach.
        Assert.All(rendered.Where(manifest => manifest.TextAt("kind") != "Namespace"),
            manifest => Assert.Equal("rebasebatch", manifest.TextAt("metadata", "namespace")));
    }

    [Fact]
    public async Task Workers_that_end_when_nothing_is_due_take_the_place_of_those_that_are_scaled()
    {
        using var folder = new TemporaryFolder();
        foreach (var file in Repository.Files(".yaml", ".env").Where(file => file.Contains("kubernetes", StringComparison.Ordinal)))
        {
            var copy = Path.Combine(folder.Path, Path.GetRelativePath(Repository.Root, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            // As an operator takes the component: two lines lose their comment mark.
            await File.WriteAllTextAsync(copy, Repository.Read(file).Replace("# components:\n", "components:\n", StringComparison.Ordinal)
                .Replace("#   - ../../components/until-idle", "  - ../../components/until-idle", StringComparison.Ordinal));
        }

        var rendered = await RenderAsync(Path.Combine(folder.Path, "infra/kubernetes/overlays/azure"));

        Assert.DoesNotContain(rendered, manifest => manifest.TextAt("kind") is "Deployment" or "ScaledObject");
        var job = rendered.Single(Is("ScaledJob", "rebase-worker"));
        var trigger = job.At("spec", "triggers", "0", "metadata");
        Assert.Equal(SettingNamesTests.Pairs("outputs.env")["databaseHost"], trigger.TextAt("host"));
        Assert.Equal((QueueScalingTests.PoolQuery, "2"), (trigger.TextAt("query"), trigger.TextAt("targetQueryValue")));
        // The same pod as the Deployment's, without what asks a service.
        var (pod, usual) = (job.At("spec", "jobTargetRef", "template", "spec")!, Manifests.Worker.At("spec", "template", "spec")!);
        Assert.Equal("Never", pod.TextAt("restartPolicy"));
        var container = Assert.Single(pod.ItemsAt("containers"));
        Assert.Equal(["worker", "run", "--until-idle", "--log", "json"], container.TextsAt("args"));
        foreach (var part in (string[])["nodeSelector", "tolerations", "securityContext", "volumes", "terminationGracePeriodSeconds"])
            Assert.True(usual.At(part)!.Equals(pod.At(part)), part);
        foreach (var part in (string[])["env", "envFrom", "resources", "securityContext", "volumeMounts"])
            Assert.True(usual.At("containers", "0", part)!.Equals(container.At(part)), part);
        Assert.Null(container.At("readinessProbe") ?? container.At("livenessProbe"));
    }

    static Func<YamlNode, bool> Is(string kind, string name) =>
        manifest => manifest.TextAt("kind") == kind && manifest.TextAt("metadata", "name") == name;

    static async Task<IReadOnlyList<YamlNode>> RenderAsync(string overlay)
    {
        var start = new ProcessStartInfo("kubectl", ["kustomize", overlay])
        {
            WorkingDirectory = Repository.Root, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        Process? started = null;
        try
        {
            started = Process.Start(start);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("kubectl is not installed");
        }

        using var process = started!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await error);
        return Yaml.AllOfText(await output);
    }
}
