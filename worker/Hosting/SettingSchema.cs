using System.Collections;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Hosting;

/// <summary>
/// Reads an options class as a list of settings: scalar properties, nested classes, dictionaries of classes by name, and lists of classes.
/// The configuration binder ignores a misspelt key and stops at the first bad value; this class finds every fault.
/// </summary>
static class SettingSchema
{
    /// <summary>
    /// A sentence for each key in <paramref name="section"/> that <paramref name="type"/> lacks, and for each value of a wrong kind.
    /// </summary>
    public static IEnumerable<string> BindingFaults(Type type, IConfigurationSection section)
    {
        var properties = Properties(type).ToList();
        foreach (var child in section.GetChildren())
        {
            var property = properties.Find(p => p.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase));
            var faults = property switch
            {
                null => [Unknown(child.Path)],
                _ when IsScalar(property.PropertyType) => ValueFaults(property, child),
                _ when ItemType(property.PropertyType) is { } item => child.GetChildren().SelectMany(named => BindingFaults(item, named)),
                _ => BindingFaults(property.PropertyType, child),
            };
            foreach (var fault in faults) yield return fault;
        }

        string Unknown(string path) =>
            $"{path}: there is no such setting; {section.Path} has the settings {string.Join(", ", properties.Select(p => p.Name))}";
    }

    /// <summary>
    /// The settings that break the attributes or the cross rules of <paramref name="options"/>, with a sentence for each.
    /// </summary>
    public static IEnumerable<(string Key, string Fault)> ValidationFaults(object options, string path)
    {
        foreach (var property in Properties(options.GetType()))
        {
            var key = $"{path}:{property.Name}";
            var value = property.GetValue(options);
            if (IsScalar(property.PropertyType))
            {
                foreach (var rule in property.GetCustomAttributes<ValidationAttribute>())
                {
                    if (!rule.IsValid(value)) yield return (key, Sentence(rule, value));
                }
                continue;
            }
            foreach (var (name, part) in Parts(value))
            {
                foreach (var fault in ValidationFaults(part, name is null ? key : $"{key}:{name}")) yield return fault;
            }
        }
        if (options is not IValidatableObject rules) yield break;
        foreach (var fault in rules.Validate(new(options)))
            yield return ($"{path}:{fault.MemberNames.First()}", fault.ErrorMessage ?? "the value can't be used");
    }

    /// <summary>
    /// Every scalar setting of <paramref name="options"/> with its value as text, null if unset. Secrets and queries of URIs are masked.
    /// </summary>
    public static IEnumerable<(string Key, string? Value)> Values(object options, string path)
    {
        foreach (var property in Properties(options.GetType()))
        {
            var key = $"{path}:{property.Name}";
            var value = property.GetValue(options);
            if (IsScalar(property.PropertyType))
            {
                var text = value is bool truth ? (truth ? "true" : "false") : Convert.ToString(value, CultureInfo.InvariantCulture);
                var secret = string.IsNullOrEmpty(text) ? null : property.GetCustomAttribute<SecretAttribute>();
                yield return (key, secret switch
                {
                    { IsWhole: true } => Secrets.Masked,
                    not null => Secrets.Mask(text!),
                    null => text is null ? null : MaskedUri.OfSetting(text),
                });
                continue;
            }
            foreach (var (name, part) in Parts(value))
            {
                foreach (var inner in Values(part, name is null ? key : $"{key}:{name}")) yield return inner;
            }
        }
    }

    static IEnumerable<PropertyInfo> Properties(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite && p.GetIndexParameters().Length == 0);

    static bool IsScalar(Type type) => TypeDescriptor.GetConverter(type).CanConvertFrom(typeof(string));

    static Type? ItemType(Type type) => !type.IsGenericType ? null
        : type.GetGenericTypeDefinition() == typeof(Dictionary<,>) ? type.GetGenericArguments()[1]
        : type.GetGenericTypeDefinition() == typeof(List<>) ? type.GetGenericArguments()[0]
        : null;

    static IEnumerable<(string? Name, object Part)> Parts(object? value) => value switch
    {
        null => [],
        IDictionary named => named.Keys.Cast<string>().Select(name => ((string?)name, named[name]!)),
        IList listed => listed.Cast<object>().Select((item, i) => ((string?)i.ToString(CultureInfo.InvariantCulture), item)),
        _ => [(null, value)],
    };

    static IEnumerable<string> ValueFaults(PropertyInfo property, IConfigurationSection value)
    {
        if (value.Value is null && value.GetChildren().Any()) return [$"{value.Path}: it takes a single value, not a section"];
        if (value.Value is null) return [];
        try
        {
            TypeDescriptor.GetConverter(property.PropertyType).ConvertFromInvariantString(value.Value);
            return [];
        }
        catch (Exception fault) when (fault is FormatException or ArgumentException or NotSupportedException or OverflowException)
        {
            return [$"{value.Path}: '{value.Value}' is not {Kind(property.PropertyType)}"];
        }
    }

    static string Kind(Type type)
    {
        var bare = Nullable.GetUnderlyingType(type) ?? type;
        if (bare == typeof(bool)) return "true or false";
        if (bare == typeof(int) || bare == typeof(long)) return "a whole number";
        if (bare == typeof(double) || bare == typeof(float)) return "a number";
        return bare.IsEnum ? $"one of {string.Join(", ", Enum.GetNames(bare))}" : $"a {bare.Name}";
    }

    static string Sentence(ValidationAttribute rule, object? value) => rule switch
    {
        RangeAttribute range => FormattableString.Invariant($"{value} is not within {range.Minimum} to {range.Maximum}"),
        StringLengthAttribute length => $"is longer than {length.MaximumLength} characters",
        _ => rule.FormatErrorMessage("this setting"),
    };
}
