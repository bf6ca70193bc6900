using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json.Serialization;

namespace RebaseBatch.Contracts;

/// <summary>
/// The names of enum members in Postgres, JSON, metrics, logs and tables. Each name is written beside its member, as a
/// <see cref="JsonStringEnumMemberNameAttribute"/>: renaming a member in the code changes no data. All methods throw
/// <see cref="InvalidOperationException"/> for an enum with a member that has no name.
/// </summary>
public static class StoredNames
{
    static readonly ConcurrentDictionary<Type, IReadOnlyList<(Enum Member, string Name, string Letters)>> s_members = [];

    /// <summary>Names of all members, in the order of their values.</summary>
    public static IReadOnlyList<string> All<T>() where T : struct, Enum => All(typeof(T));

    /// <inheritdoc cref="All{T}"/>
    public static IReadOnlyList<string> All(Type type) => [.. Members(type).Select(pair => pair.Name)];

    /// <exception cref="ArgumentOutOfRangeException">The value is no member of its enum.</exception>
    public static string Of<T>(T member) where T : struct, Enum => Of((Enum)member);

    /// <inheritdoc cref="Of{T}"/>
    public static string Of(Enum member)
    {
        foreach (var (known, name, _) in Members(member.GetType()))
            if (known.Equals(member)) return name;
        throw new ArgumentOutOfRangeException(nameof(member), member, $"{member.GetType().Name} has no such member");
    }

    /// <exception cref="FormatException">No member has that name.</exception>
    public static T Parse<T>(string name) where T : struct, Enum => TryParse<T>(name, out var member)
        ? member
        : throw new FormatException($"'{name}' is not one of {string.Join(", ", All<T>())}");

    /// <summary>Reads a name. Case, hyphens and underscores don't matter, because people write names too: Best-of-N is best_of_n.</summary>
    public static bool TryParse<T>(string? name, out T member) where T : struct, Enum
    {
        var letters = Letters(name ?? "");
        foreach (var (known, _, other) in Members(typeof(T)))
        {
            if (!letters.Equals(other, StringComparison.OrdinalIgnoreCase)) continue;
            member = (T)known;
            return true;
        }

        member = default;
        return false;
    }

    static IReadOnlyList<(Enum Member, string Name, string Letters)> Members(Type type) => s_members.GetOrAdd(type, static type =>
    [
        .. type.GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => (Member: (Enum)field.GetValue(null)!, Name: NameOf(field), Letters: Letters(NameOf(field))))
            .OrderBy(pair => pair.Member),
    ]);

    static string NameOf(FieldInfo field) => field.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name
        ?? throw new InvalidOperationException(
            $"{field.DeclaringType!.Name}.{field.Name} has no stored name: give it a [JsonStringEnumMemberName]");

    static string Letters(string name) => name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);
}
