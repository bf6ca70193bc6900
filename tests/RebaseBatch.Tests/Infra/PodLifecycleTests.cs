using System.Globalization;
using RebaseBatch.Edge.Health;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace RebaseBatch.Tests.Infra;

/// <summary>What a cluster and Docker do to the program: ask it, stop it, confine it.</summary>
[Fast]
public sealed class PodLifecycleTests
{
    /// <summary>What the process needs besides its drain, to unload models and write the last files.</summary>
    const double MarginSeconds = 15;

    static YamlNode Container => Manifests.Worker.At("spec", "template", "spec", "containers", "0")!;

    [Fact]
    public void Probes_ask_where_the_worker_answers()
    {
        var port = SettingNamesTests.Load(Manifests.EnvironmentOf(Manifests.Worker.At("spec", "template", "spec")!)).Http.Port;
        var named = Container.ItemsAt("ports")
            .ToDictionary(p => p.TextAt("name")!, p => int.Parse(p.TextAt("containerPort")!, CultureInfo.InvariantCulture));
        var routes = MappedRoutes.Of(HealthRoutes.MapStart);

        foreach (var (probe, path) in new[] { ("startupProbe", HealthRoutes.Live), ("livenessProbe", HealthRoutes.Live),
            ("readinessProbe", HealthRoutes.Ready) })
        {
            Assert.Equal(path, Container.TextAt(probe, "httpGet", "path"));
            Assert.Contains(path, routes);
            Assert.Equal(port, named[Container.TextAt(probe, "httpGet", "port")!]);
        }

        // The readiness check itself waits 2 s for the database, and its answer must still arrive.
        Assert.True(int.Parse(Container.TextAt("readinessProbe", "timeoutSeconds")!, CultureInfo.InvariantCulture) > 2);
    }

    [Fact]
    public void All_ports_are_the_same()
    {
        var port = Dockerfile.Environment["Rebase__Http__Port"];
        var compose = Yaml.Documents("infra/compose.yaml").Single();

        Assert.Equal(port, Dockerfile.Of("worker", "EXPOSE").Single());
        Assert.Equal(port, Container.TextAt("ports", "0", "containerPort"));
        foreach (var service in ComposeTests.Workers)
            Assert.Equal(port, Assert.Single(compose.TextsAt("services", service, "ports")).Split(':')[^1]);
        Assert.All(compose.PairsAt("services").SelectMany(service => service.Value.TextsAt("ports")),
            published => Assert.StartsWith("127.0.0.1:", published, StringComparison.Ordinal));
    }

    [Fact]
    public void A_worker_has_time_to_drain_before_it_is_killed()
    {
        var pod = Manifests.Worker.At("spec", "template", "spec")!;
        var grace = double.Parse(pod.TextAt("terminationGracePeriodSeconds")!, CultureInfo.InvariantCulture);
        Assert.True(grace >= SettingNamesTests.Load(Manifests.EnvironmentOf(pod)).Worker.DrainSeconds + MarginSeconds);

        var compose = Yaml.Documents("infra/compose.yaml").Single();
        foreach (var service in ComposeTests.Workers)
        {
            var stop = double.Parse(compose.TextAt("services", service, "stop_grace_period")!.TrimEnd('s'), CultureInfo.InvariantCulture);
            Assert.True(stop >= SettingNamesTests.Load(SettingNamesTests.EnvironmentOf(service)).Worker.DrainSeconds + MarginSeconds);
        }
    }

    [Fact]
    public void Nothing_runs_as_root_or_can_become_it()
    {
        var user = Dockerfile.Of("worker", "USER").Single().Split(':')[0];
        Assert.NotEqual(0, int.Parse(user, CultureInfo.InvariantCulture));
        Assert.Equal(4, Manifests.Pods.Count());
        foreach (var (name, pod, metadata) in Manifests.Pods)
        {
            Assert.Equal("true", pod.TextAt("securityContext", "runAsNonRoot"));
            Assert.Equal(user, pod.TextAt("securityContext", "runAsUser"));
            Assert.Equal("RuntimeDefault", pod.TextAt("securityContext", "seccompProfile", "type"));
            Assert.Equal("false", pod.TextAt("automountServiceAccountToken"));
            var container = Assert.Single(pod.ItemsAt("containers"));
            Assert.Equal("false", container.TextAt("securityContext", "allowPrivilegeEscalation"));
            Assert.Equal("true", container.TextAt("securityContext", "readOnlyRootFilesystem"));
            Assert.Equal(["ALL"], container.TextsAt("securityContext", "capabilities", "drop"));
            Assert.NotNull(container.At("resources", "limits", "memory"));
            // Without both the webhook gives the pod no identity.
            Assert.Equal("true", metadata.TextAt("labels", "azure.workload.identity/use"));
            Assert.NotNull(Manifests.Of("ServiceAccount", pod.TextAt("serviceAccountName")!)
                .At("metadata", "annotations", "azure.workload.identity/client-id"));
            Assert.Equal(name, metadata.TextAt("labels", "app.kubernetes.io/name"));
        }
    }

    [Fact]
    public void What_the_program_writes_to_is_mounted_and_all_that_is_mounted_is_there()
    {
        foreach (var (_, pod, _) in Manifests.Pods)
        {
            var mounts = pod.ItemsAt("containers", "0", "volumeMounts")
                .ToDictionary(mount => mount.TextAt("mountPath")!, mount => mount.TextAt("name")!);
            var volumes = pod.ItemsAt("volumes").ToDictionary(volume => volume.TextAt("name")!);
            foreach (var folder in (string[])[SettingNamesTests.Load(Manifests.EnvironmentOf(pod)).DataDirectory, "/tmp"])
                Assert.NotNull(volumes[mounts[folder]].At("emptyDir"));
            Assert.Equal(volumes.Keys.Order(StringComparer.Ordinal), mounts.Values.Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void Selectors_find_the_pods()
    {
        var labels = Manifests.Worker.PairsAt("spec", "template", "metadata", "labels")
            .ToDictionary(pair => pair.Key, pair => ((YamlScalarNode)pair.Value).Value);
        foreach (var selector in new[] { Manifests.Worker.PairsAt("spec", "selector", "matchLabels"),
            Manifests.Of("PodDisruptionBudget", "rebase-worker").PairsAt("spec", "selector", "matchLabels") })
        {
            var wanted = Assert.Single(selector);
            Assert.Equal(((YamlScalarNode)wanted.Value).Value, labels[wanted.Key]);
        }

        // KEDA sets it, and every `kubectl apply` would reset it.
        Assert.Null(Manifests.Worker.At("spec", "replicas"));
    }

    [Fact]
    public void GPU_pods_go_where_bicep_makes_GPU_machines()
    {
        var plugin = Manifests.Of("DaemonSet", "nvidia-device-plugin").At("spec", "template", "spec")!;
        var pools = plugin.ItemsAt("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms")
            .Single().ItemsAt("matchExpressions").Single();
        GoesTo(plugin, pools.TextAt("key")!, pools.TextsAt("values"));
        foreach (var pod in Manifests.Servers.Select(server => server.Pod).Append(Manifests.Worker.At("spec", "template", "spec")!))
        {
            var (label, value) = Assert.Single(pod.PairsAt("nodeSelector"));
            GoesTo(pod, label, [((YamlScalarNode)value).Value!]);
            Assert.Contains(((YamlScalarNode)value).Value, pools.TextsAt("values"));
        }

        void GoesTo(YamlNode pod, string label, IEnumerable<string> values)
        {
            foreach (var pool in values)
            {
                var made = Assert.Single(new[] { "cluster", "serving" }, module => MakesPool(module, label, pool));
                Assert.Equal(2, pod.ItemsAt("tolerations").Count());
                foreach (var toleration in pod.ItemsAt("tolerations"))
                    Assert.Contains($"'{toleration.TextAt("key")}={toleration.TextAt("value")}:{toleration.TextAt("effect")}'",
                        Repository.Read($"infra/bicep/modules/{made}.bicep"), StringComparison.Ordinal);
            }
        }

        static bool MakesPool(string module, string label, string value) =>
            Repository.Read($"infra/bicep/modules/{module}.bicep").Contains($"'{label}': '{value}'", StringComparison.Ordinal);

        Assert.Equal("1", Container.TextAt("resources", "limits", "nvidia.com/gpu"));
        Assert.Equal($"'{Manifests.Worker.TextAt("spec", "template", "spec", "serviceAccountName")}'",
            Bicep.Main.Defaults["workerServiceAccount"]);
        Assert.Equal($"'{Manifests.All.Single(manifest => manifest.TextAt("kind") == "Namespace").TextAt("metadata", "name")}'",
            Bicep.Main.Defaults["kubernetesNamespace"]);
    }
}
