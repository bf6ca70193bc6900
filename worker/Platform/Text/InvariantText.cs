using System.Globalization;
using System.Text.Json;

namespace RebaseBatch.Platform.Text;

/// <summary>Values as text that means the same everywhere.</summary>
static class InvariantText
{
    /// <summary>Enum members in snake_case, times in UTC (ISO 8601), numbers with a point; null is empty.</summary>
    public static string Text(object? value) => value switch
    {
        null => "",
        Enum member => JsonNamingPolicy.SnakeCaseLower.ConvertName(member.ToString()),
        DateTimeOffset time => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        DateTime time => time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        bool truth => truth ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    public static bool IsNumber(object? value) => value is int or long or double or float or decimal;
}
