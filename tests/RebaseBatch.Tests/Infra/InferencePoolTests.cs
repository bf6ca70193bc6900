using System.Globalization;
using RebaseBatch.Hosting;
using RebaseBatch.Inference.Catalog;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace RebaseBatch.Tests.Infra;

/// <summary>
/// The overlay with models on servers of their own: what workers are told, what servers do and what lets both through agree.
/// </summary>
[Fast]
public sealed class InferencePoolTests
{
    const string Overlay = "inference-pool";

    public static TheoryData<string> Names => ["policy", "reward"];

    static YamlNode Kustomization { get; } = Yaml.Documents($"infra/kubernetes/overlays/{Overlay}/kustomization.yaml").Single();

    [Fact]
    public void There_are_servers_for_both_models_and_no_others() =>
        Assert.Equal(Names.Select(row => $"rebase-{row.Data}"), ServerNames);

    [Theory]
    [MemberData(nameof(Names))]
    public void Workers_are_told_of_every_replica_that_may_start(string name)
    {
        var options = Settings().Models[name];
        var remote = RemoteEntry.Of(name, options)!;
        var service = Manifests.Of("Service", $"rebase-{name}");
        var port = service.ItemsAt("spec", "ports").Single();
        Assert.Equal("None", service.TextAt("spec", "clusterIP"));
        Assert.Equal($"rebase-{name}", Set(name).TextAt("spec", "serviceName"));
        Assert.Equal(Enumerable.Range(0, Number(Scaling(name).TextAt("spec", "maxReplicaCount")))
            .Select(replica => new Uri($"http://rebase-{name}-{replica}.rebase-{name}:{port.TextAt("port")}")), remote.Endpoints);

        var container = Container(name);
        Assert.Equal(port.TextAt("targetPort"), container.ItemsAt("ports").Single().TextAt("name"));
        Assert.Equal(RemoteKind.Vllm, remote.Kind);
        Assert.Equal(Argument(name, "--served-model-name"), remote.Model);
        // One more would wait in the server, behind those of every other worker.
        Assert.Equal(Number(Argument(name, "--max-num-seqs")), remote.MaxConcurrency);
        Assert.Equal(container.ItemsAt("ports").Single().TextAt("containerPort"), Argument(name, "--port"));
        Assert.Equal($"/models/{name}/tokenizer.json", RemoteEntry.VocabularyOf(name, options)?.Uri?.Address.AbsolutePath);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_server_reads_what_was_loaded_for_it(string name)
    {
        var pod = Set(name).At("spec", "template", "spec")!;
        var loading = Assert.Single(pod.ItemsAt("initContainers"));
        Assert.Equal($"/models/{name}", Container(name).TextAt("args", "0"));
        Assert.Contains($"--pattern '{name}/*' --destination /models", loading.TextsAt("args").Single(), StringComparison.Ordinal);
        Assert.Equal("'models'", Bicep.Main.Defaults["modelsContainer"]);
        var from = loading.At("env", "0", "valueFrom", "configMapKeyRef");
        Assert.Equal("azure", from.TextAt("name"));
        Assert.Contains(from.TextAt("key")!, SettingNamesTests.Pairs("outputs.env").Keys);

        var volumes = pod.ItemsAt("volumes").Select(volume => volume.TextAt("name")).Order(StringComparer.Ordinal);
        Assert.Equal(volumes, Container(name).ItemsAt("volumeMounts").Select(mount => mount.TextAt("name")).Order(StringComparer.Ordinal));
        Assert.Equal("Memory", pod.ItemsAt("volumes").Single(volume => volume.TextAt("name") == "shm").TextAt("emptyDir", "medium"));
        Assert.Equal("/dev/shm",
            Container(name).ItemsAt("volumeMounts").Single(mount => mount.TextAt("name") == "shm").TextAt("mountPath"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_server_is_asked_for_its_health_has_a_GPU_and_is_confined(string name)
    {
        var container = Container(name);
        Assert.All(new[] { "startupProbe", "livenessProbe", "readinessProbe" }, probe =>
        {
            Assert.Equal("/health", container.TextAt(probe, "httpGet", "path"));
            Assert.Equal(container.TextAt("ports", "0", "name"), container.TextAt(probe, "httpGet", "port"));
        });
        Assert.Equal("1", container.TextAt("resources", "limits", "nvidia.com/gpu"));

        var template = Set(name).At("spec", "template");
        var pod = template.At("spec");
        Assert.Equal("true", pod.TextAt("securityContext", "runAsNonRoot"));
        Assert.Equal("RuntimeDefault", pod.TextAt("securityContext", "seccompProfile", "type"));
        Assert.Equal("false", pod.TextAt("automountServiceAccountToken"));
        Assert.All(pod.ItemsAt("initContainers").Append(container), part =>
        {
            Assert.Equal("false", part.TextAt("securityContext", "allowPrivilegeEscalation"));
            Assert.Equal("true", part.TextAt("securityContext", "readOnlyRootFilesystem"));
            Assert.Equal(["ALL"], part.TextsAt("securityContext", "capabilities", "drop"));
            Assert.NotNull(part.At("resources", "limits", "memory"));
            // All caches go below it: the root is read-only, and the user has no home.
            Assert.Equal("/tmp", part.ItemsAt("env").Single(variable => variable.TextAt("name") == "HOME").TextAt("value"));
            Assert.Contains("/tmp", part.ItemsAt("volumeMounts").Select(mount => mount.TextAt("mountPath")));
        });
        // The loading of weights acts as the server's identity, and not as the worker's, which owns the database.
        Assert.Equal("true", template.TextAt("metadata", "labels", "azure.workload.identity/use"));
        Assert.Equal(Bicep.Main.Defaults["serverServiceAccount"].Trim('\''), pod.TextAt("serviceAccountName"));
        Assert.NotNull(Manifests.Of("ServiceAccount", pod.TextAt("serviceAccountName")!)
            .At("metadata", "annotations", "azure.workload.identity/client-id"));
        Assert.Equal($"rebase-{name}", template.TextAt("metadata", "labels", "app.kubernetes.io/name"));
        Assert.Equal($"rebase-{name}", Set(name).TextAt("spec", "selector", "matchLabels", "app.kubernetes.io/name"));
        Assert.Equal($"rebase-{name}", Manifests.Of("Service", $"rebase-{name}").TextAt("spec", "selector", "app.kubernetes.io/name"));
    }

    [Fact]
    public void Only_workers_and_Prometheus_reach_a_server_and_workers_reach_both()
    {
        var port = Manifests.Of("Service", "rebase-policy").TextAt("spec", "ports", "0", "port");
        var servings = Manifests.Of("NetworkPolicy", "rebase-servers").At("spec")!;
        Assert.Equal(ServerNames, servings.ItemsAt("podSelector", "matchExpressions").Single().TextsAt("values"));
        Assert.Equal(["Ingress", "Egress"], servings.TextsAt("policyTypes"));
        var ingress = Assert.Single(servings.ItemsAt("ingress"));
        Assert.Equal(port, Assert.Single(ingress.ItemsAt("ports")).TextAt("port"));
        Assert.Equal(2, ingress.ItemsAt("from").Count());
        Assert.Equal("rebase-worker", ingress.TextAt("from", "0", "podSelector", "matchLabels", "app.kubernetes.io/name"));
        Assert.Equal("monitoring", ingress.TextAt("from", "1", "namespaceSelector", "matchLabels", "kubernetes.io/metadata.name"));
        Assert.Equal(["53", "53", "443"],
            servings.ItemsAt("egress").SelectMany(rule => rule.ItemsAt("ports")).Select(p => p.TextAt("port")));
        // The same addresses are closed to it as to a worker.
        var closed = Manifests.Of("NetworkPolicy", "rebase").ItemsAt("spec", "egress").SelectMany(rule => rule.ItemsAt("to"))
            .First(to => to.At("ipBlock") is not null).TextsAt("ipBlock", "except");
        Assert.Equal(closed, servings.ItemsAt("egress").SelectMany(rule => rule.ItemsAt("to"))
            .Single(to => to.At("ipBlock") is not null).TextsAt("ipBlock", "except"));

        var opened = Manifests.Of("NetworkPolicy", "rebase-to-servers").At("spec")!;
        Assert.Equal("rebase-worker", opened.TextAt("podSelector", "matchLabels", "app.kubernetes.io/name"));
        var egress = Assert.Single(opened.ItemsAt("egress"));
        Assert.Equal(ServerNames, egress.At("to", "0", "podSelector").ItemsAt("matchExpressions").Single().TextsAt("values"));
        Assert.Equal(port, Assert.Single(egress.ItemsAt("ports")).TextAt("port"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Servers_are_counted_by_the_workers_queue_and_asked_for_by_an_identity(string name)
    {
        var scaling = Scaling(name);
        Assert.Equal(("StatefulSet", $"rebase-{name}"),
            (scaling.TextAt("spec", "scaleTargetRef", "kind"), scaling.TextAt("spec", "scaleTargetRef", "name")));
        Assert.Null(Set(name).At("spec", "replicas"));
        var trigger = Assert.Single(scaling.ItemsAt("spec", "triggers"));
        Assert.Equal(QueueScalingTests.Query, trigger.TextAt("metadata", "query"));
        Assert.Equal("0", trigger.TextAt("metadata", "activationTargetQueryValue"));
        Assert.Equal("0", scaling.TextAt("spec", "minReplicaCount"));
        Assert.Equal("rebase-scaler", trigger.TextAt("authenticationRef", "name"));
        // Each replica is a machine of that pool.
        Assert.True(Names.Sum(row => Number(Scaling(row.Data).TextAt("spec", "maxReplicaCount")))
            <= Number(Bicep.Main.Defaults["servingMaxCount"]));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Requests_count_the_servers_of_their_own_model_once_the_component_is_taken(string name)
    {
        var patch = Yaml.Documents("infra/kubernetes/components/servers-by-requests/kustomization.yaml").Single().ItemsAt("patches")
            .Single(patch => patch.TextAt("target", "name") == $"rebase-{name}");
        Assert.Equal("ScaledObject", patch.TextAt("target", "kind"));
        var steps = ((YamlSequenceNode)Yaml.OfText(patch.TextAt("patch")!)).Children;
        Assert.Equal(["test", "replace", "add"], steps.Select(step => step.TextAt("op")));
        var metadata = steps[2].At("value", "metadata");
        var served = Argument(name, "--served-model-name");
        Assert.Equal(
            $"sum(vllm:num_requests_running{{model_name=\"{served}\"}}) + sum(vllm:num_requests_waiting{{model_name=\"{served}\"}})",
            metadata.TextAt("query"));
        Assert.InRange(Number(metadata.TextAt("threshold")), 1, Number(Argument(name, "--max-num-seqs")));
    }

    [Fact]
    public void The_patch_changes_what_the_worker_has_and_its_batches_are_those_that_pods_are_counted_by()
    {
        var patch = Yaml.OfText(Kustomization.ItemsAt("patches").Single(patch => Is(patch, "Deployment")).TextAt("patch")!);
        var container = patch.At("spec", "template", "spec", "containers", "0");
        var own = Manifests.EnvironmentOf(Manifests.Worker.At("spec", "template", "spec")!);
        Assert.Equal("worker", container.TextAt("name"));
        Assert.All(container.ItemsAt("env"), variable => Assert.Contains(variable.TextAt("name")!, own.Keys));
        foreach (var gone in (string[])["nodeSelector", "tolerations"])
        {
            Assert.NotNull(Manifests.Worker.At("spec", "template", "spec", gone));
            Assert.Equal("null", patch.TextAt("spec", "template", "spec", gone));
        }
        Assert.Equal("null", container.TextAt("resources", "limits", "nvidia.com/gpu"));

        var batches = container.ItemsAt("env").Single(variable => variable.TextAt("name") == "Rebase__Worker__MaxBatches").TextAt("value");
        var count = ((YamlSequenceNode)Yaml.OfText(
            Kustomization.ItemsAt("patches").Single(patch => patch.TextAt("target", "kind") == "ScaledObject").TextAt("patch")!)).Children;
        Assert.Equal(Manifests.Scaling.TextAt("spec", "triggers", "0", "name"), count[0].TextAt("value"));
        Assert.Equal("/spec/triggers/0/metadata/targetQueryValue", count[1].TextAt("path"));
        Assert.Equal(batches, count[1].TextAt("value"));

        // A model is a file or on a server, and not both.
        var files = Yaml.OfText(Kustomization.ItemsAt("patches").Single(patch => Is(patch, "ConfigMap")).TextAt("patch")!).PairsAt("data");
        Assert.Equal(SettingNamesTests.Pairs("models.env").Keys.Where(key => !key.EndsWith("__Role", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal), files.Select(file => file.Key).Order(StringComparer.Ordinal));

        static bool Is(YamlNode patch, string kind) => patch.At("target") is null
            && Yaml.OfText(patch.TextAt("patch")!).TextAt("kind") == kind;
    }

    static IEnumerable<string> ServerNames => Manifests.Servers.Select(server => server.Name).Order(StringComparer.Ordinal);

    static RebaseOptions Settings() => SettingNamesTests.Load(
        Manifests.EnvironmentOf(Manifests.Worker.At("spec", "template", "spec")!).Concat(SettingNamesTests.Pairs("models.env", Overlay)));

    static YamlNode Set(string name) => Manifests.Of("StatefulSet", $"rebase-{name}");

    static YamlNode Scaling(string name) => Manifests.Of("ScaledObject", $"rebase-{name}");

    static YamlNode Container(string name) => Assert.Single(Set(name).ItemsAt("spec", "template", "spec", "containers"));

    static string Argument(string name, string option) => Container(name).TextsAt("args")
        .Single(argument => argument.StartsWith(option + "=", StringComparison.Ordinal))[(option.Length + 1)..];

    static int Number(string? text) => int.Parse(text!, CultureInfo.InvariantCulture);
}
