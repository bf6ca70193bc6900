using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace RebaseBatch.Migrations;

/// <summary>
/// One SQL script: <c>NNNN_name.sql</c>, which runs once and is never edited, or <c>views.sql</c>, which runs again after every change.
/// </summary>
public sealed partial record MigrationScript
{
    public const string ViewsName = "views.sql";

    /// <exception cref="SchemaException">The name is neither <c>NNNN_name.sql</c> nor <c>views.sql</c>.</exception>
    public MigrationScript(string name, string sql)
    {
        Name = name;
        Sql = sql;
        Number = name == ViewsName ? 0
            : Numbered().Match(name) is { Success: true } match ? int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)
            : throw new SchemaException($"the script {name} has no place in the order",
                "name it NNNN_name.sql, with a number from 0001 on");

        // A checkout with other line endings is the same script.
        Checksum = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql.ReplaceLineEndings("\n"))));
    }

    public string Name { get; }

    public string Sql { get; }

    /// <summary>Position in the order, from 1; 0 for <c>views.sql</c>.</summary>
    public int Number { get; }

    /// <summary>SHA-256 of the text in UTF-8 with line feeds, in lower-case hexadecimal.</summary>
    public string Checksum { get; }

    internal bool IsViews => Number == 0;

    /// <summary>The scripts in this assembly.</summary>
    public static IReadOnlyList<MigrationScript> Embedded()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return [.. assembly.GetManifestResourceNames().Where(name => name.EndsWith(".sql", StringComparison.Ordinal)).Select(Load)];

        MigrationScript Load(string name)
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!, Encoding.UTF8);
            return new(name, reader.ReadToEnd());
        }
    }

    [GeneratedRegex(@"^(?!0000)(\d{4})_[a-z0-9_]+\.sql$", RegexOptions.CultureInvariant)]
    private static partial Regex Numbered();
}
