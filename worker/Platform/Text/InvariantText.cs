using System.Globalization;
using RebaseBatch.Contracts;

namespace RebaseBatch.Platform.Text;

/// <summary>Values as text that does not depend on the machine's language.</summary>
static class InvariantText
{
    /// <summary>Enum members by their stored names, times in UTC (ISO 8601), numbers with a point; null is empty.</summary>
    public static string Text(object? value) => value switch
    {
        null => "",
        Enum member => StoredNames.Of(member),
        DateTimeOffset time => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        DateTime time => time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        bool truth => truth ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    public static bool IsNumber(object? value) => value is int or long or double or float or decimal;
}
