using YamlDotNet.RepresentationModel;

namespace RebaseBatch.Tests.Infra;

/// <summary>The Kubernetes objects in infra/kubernetes, before an overlay changes them.</summary>
static class Manifests
{
    static readonly string[] s_workloads = ["Deployment", "StatefulSet", "Job", "CronJob", "ScaledJob"];

    public static IReadOnlyList<YamlNode> All { get; } =
        [.. Repository.Files(".yaml").Where(file => file.Contains("kubernetes", StringComparison.Ordinal)).SelectMany(Yaml.Documents)
            .Where(document => document.TextAt("metadata", "name") is not null)];

    public static YamlNode Worker => Of("Deployment", "rebase-worker");

    public static YamlNode Scaling => Of("ScaledObject", "rebase-worker");

    public static YamlNode Of(string kind, string name) =>
        All.Single(manifest => manifest.TextAt("kind") == kind && manifest.TextAt("metadata", "name") == name);

    /// <summary>The pods that run this program, by the name of their owner.</summary>
    public static IEnumerable<(string Name, YamlNode Pod, YamlNode Metadata)> Pods => Workloads.Where(workload => IsOurs(workload.Pod));

    /// <summary>The pods that serve models, by the name of their owner.</summary>
    public static IEnumerable<(string Name, YamlNode Pod, YamlNode Metadata)> Servers => Workloads.Where(workload => !IsOurs(workload.Pod));

    static IEnumerable<(string Name, YamlNode Pod, YamlNode Metadata)> Workloads =>
        All.Where(manifest => s_workloads.Contains(manifest.TextAt("kind"))).Select(manifest =>
    {
        var template = manifest.At("spec", "jobTemplate", "spec", "template") ?? manifest.At("spec", "jobTargetRef", "template")
            ?? manifest.At("spec", "template");
        return (manifest.TextAt("metadata", "name")!, template.At("spec")!, template.At("metadata")!);
    });

    /// <summary>A pod's environment: what it takes from the settings, then its own.</summary>
    public static Dictionary<string, string> EnvironmentOf(YamlNode pod)
    {
        var container = pod.At("containers", "0")!;
        var variables = new Dictionary<string, string>();
        foreach (var source in container.ItemsAt("envFrom"))
        {
            foreach (var (key, value) in Of("ConfigMap", source.TextAt("configMapRef", "name")!)
                .PairsAt("data")) variables[key] = ((YamlScalarNode)value).Value!;
        }
        foreach (var variable in container.ItemsAt("env")) variables[variable.TextAt("name")!] = variable.TextAt("value")
            ?? $"of {variable.TextAt("valueFrom", "fieldRef", "fieldPath")}";
        return variables;
    }

    static bool IsOurs(YamlNode pod) => pod.TextAt("containers", "0", "image") == "rebasebatch";
}
