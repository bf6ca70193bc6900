using System.Reflection;
using RebaseBatch.Hosting;
using Xunit;

namespace RebaseBatch.Tests.Hosting;

public sealed class FolderTests
{
    const BindingFlags Everything = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    [Fact]
    public void Folders_know_each_other_in_one_direction_only()
    {
        var known = typeof(WorkerHost).Assembly.GetTypes().Where(type => Folder(type) is not null)
            .SelectMany(type => Mentioned(type).Select(other => (From: Folder(type)!, To: Folder(other))))
            .Where(pair => pair.To is not null && pair.To != pair.From)
            .ToLookup(pair => pair.From, pair => pair.To!);
        Assert.Contains("Leases", known["Batches"]);
        foreach (var folder in known.Select(group => group.Key)) Assert.Null(WayBack(folder, folder, [], known));
    }

    static string? WayBack(string from, string to, HashSet<string> seen, ILookup<string, string> known) => known[from].Distinct()
        .Where(next => next == to || seen.Add(next))
        .Select(next => next == to ? $"{from} > {to}" : WayBack(next, to, seen, known) is { } rest ? $"{from} > {rest}" : null)
        .FirstOrDefault(way => way is not null);

    /// <summary>The top folder of a type of the program; null for one of another assembly or the compiler.</summary>
    static string? Folder(Type type) => type.Assembly == typeof(WorkerHost).Assembly && type.Namespace?.Split('.') is ["RebaseBatch", var folder, ..] ? folder : null;

    /// <summary>Types in bases, fields, parameters, results and locals.</summary>
    static IEnumerable<Type> Mentioned(Type type)
    {
        var methods = type.GetMethods(Everything).Concat<MethodBase>(type.GetConstructors(Everything)).ToList();
        return new[] { type.BaseType }.Concat(type.GetInterfaces())
            .Concat(type.GetFields(Everything).Select(field => field.FieldType))
            .Concat(methods.SelectMany(method => method.GetParameters().Select(parameter => parameter.ParameterType)))
            .Concat(methods.OfType<MethodInfo>().Select(method => method.ReturnType))
            .Concat(methods.SelectMany(method => method.GetMethodBody()?.LocalVariables.Select(local => local.LocalType) ?? []))
            .OfType<Type>().SelectMany(Parts);
    }

    static IEnumerable<Type> Parts(Type type) =>
        type.HasElementType ? Parts(type.GetElementType()!) : type.IsGenericType ? type.GetGenericArguments().SelectMany(Parts).Append(type) : [type];
}
